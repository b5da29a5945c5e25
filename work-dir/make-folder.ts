import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isFileSystemError } from '../core/file-errors.ts';

const TRIES = 3;

/**
 * Makes a folder and its parent folders, unless it exists. It does not use the recursive mkdir of Node, which reports
 * ENOENT, as if files were missing, for a disk that is read-only, damaged or over its quota.
 * @throws the file system's own error
 */
export async function makeFolder(path: string): Promise<void> {
  // If another process removes a folder in between, this starts over. It does not start over for ever: in some places
  // no folder can be made although the parent exists, such as in /proc, or in a removed folder that a process still
  // uses.
  for (let left = TRIES; !(await makeOne(path, left === 1)); left -= 1) await makeFolder(dirname(path));
}

/** False when the parent folder does not exist; the last try throws instead. */
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
