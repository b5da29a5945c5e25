import processes, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { vi } from 'vitest';

// Unit test files share one process (`isolate: false`). This gives each file its own modules, with their state.
vi.resetModules();

function refuse(): never {
  throw new Error('A unit test must not start a process: name its file *.integration.test.ts');
}

// spawn, exec, execFile and fork all use the first; the others are the synchronous forms.
Object.assign(ChildProcess.prototype, { spawn: refuse });
Object.assign(processes, { spawnSync: refuse, execSync: refuse, execFileSync: refuse });
syncBuiltinESMExports();
