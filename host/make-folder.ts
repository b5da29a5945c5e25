import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isFileSystemError } from '../core/file-errors.ts';

/**
 * Makes a folder, and those above it, unless it is there. Node's own recursive mkdir calls a disk that is read-only,
 * damaged or over its quota ENOENT, as if files were missing.
 * @throws the file system's own error
 */
export async function makeFolder(path: string): Promise<void> {
  if (await makeOne(path)) return;
  await makeFolder(dirname(path));
  // Whoever removes folders meanwhile makes this start over.
  await makeFolder(path);
}

/** False when the folder above is not there. */
async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    const code = isFileSystemError(error) ? error.code : undefined;
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return true;
    throw error;
  }
}
