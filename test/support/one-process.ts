import processes, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { vi } from 'vitest';

// Files of unit tests share processes (`isolate: false`); modules, and what they hold, are each file's own.
vi.resetModules();

function refuse(): never {
  throw new Error('A unit test starts no process: name its file *.integration.test.ts');
}

// What spawn, exec, execFile and fork come to, and those that wait for the end.
Object.assign(ChildProcess.prototype, { spawn: refuse });
Object.assign(processes, { spawnSync: refuse, execSync: refuse, execFileSync: refuse });
syncBuiltinESMExports();
