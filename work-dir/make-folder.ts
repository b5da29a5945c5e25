import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isFileSystemError } from '../core/file-errors.ts';

const TRIES = 3;

/**
 * Makes a folder, and those above it, unless it is there. Node's own recursive mkdir calls a disk that is read-only,
 * damaged or over its quota ENOENT, as if files were missing.
 * @throws the file system's own error
 */
export async function makeFolder(path: string): Promise<void> {
  // Whoever removes folders meanwhile makes this start over: not for ever, as there are places where no folder can be
  // made though the one above is there, such as /proc or a folder that was removed while somebody is in it.
  for (let left = TRIES; !(await makeOne(path, left === 1)); left -= 1) await makeFolder(dirname(path));
}

/** False when the folder above is not there. The last try throws instead. */
async function makeOne(path: string, isLast: boolean): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    const code = isFileSystemError(error) ? error.code : undefined;
    if (code === 'ENOENT' && !isLast && dirname(path) !== path) return false;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return true;
    throw error;
  }
}
