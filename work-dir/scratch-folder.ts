import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { typedFileError } from '../core/file-errors.ts';
import { makeFolder } from './make-folder.ts';
import type { WorkerFolder } from './worker-folder.ts';

/**
 * Runs `work` in a new folder `{name}-{random}` of a worker, and removes the folder afterwards. It takes no slot: it is
 * for a few files of some megabytes, which no other activity needs.
 * @throws the types of typedFileError; what `work` throws
 */
export async function inScratchFolder<T>(
  workerFolder: WorkerFolder,
  name: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const path = join(workerFolder.path, `${name}-${randomBytes(4).toString('hex')}`);
  try {
    await workerFolder.make();
    await makeFolder(path);
    return await work(path);
  } catch (error) {
    throw typedFileError(error, path);
  } finally {
    // What cannot be removed goes with the worker's folder.
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
