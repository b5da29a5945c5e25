// Loaded before a worker's own code where no small disk can be mounted: makes writes fail as on a full disk. The file
// DISK_SPACE_FILE says how many: with `none` all writes fail, with `some` every third, with `all` none.
import fs, { readFileSync } from 'node:fs';

type Write = (...args: unknown[]) => void;

const spaceFile = process.env['DISK_SPACE_FILE'] ?? '';
let writes = 0;

function isRefused(): boolean {
  const space = readFileSync(spaceFile, 'utf8');
  writes += 1;
  return space === 'none' || (space === 'some' && writes % 3 === 0);
}

function refusing(write: Write): Write {
  return (...args) => {
    const done = args.at(-1);
    if (typeof done !== 'function' || !isRefused()) {
      write(...args);
      return;
    }
    const error = new Error('ENOSPC: no space left on device, write');
    process.nextTick(done, Object.assign(error, { code: 'ENOSPC', errno: -28, syscall: 'write' }));
  };
}

// Write streams call these for downloads and parsed members.
const calls = fs as unknown as { write: Write; writev: Write };
calls.write = refusing(calls.write);
calls.writev = refusing(calls.writev);
