import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { typedFileError, WorkDirFailed, WorkFilesLost } from '../core/file-errors.ts';
import { makeFolder } from './make-folder.ts';
import type { WorkerFolder } from './worker-folder.ts';

/**
 * Runs `work` in a new folder `{name}-{random}` of a worker, and removes the folder afterwards. It takes no slot: it is
 * for a few files of some megabytes, which no other activity needs.
 * @throws the types of typedFileError, but WorkDirFailed for WorkFilesLost; what `work` throws
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
    const typed = typedFileError(error, path);
    // Only an hour begins again when its files are lost. Here the attempt is repeated.
    throw typed instanceof WorkFilesLost ? new WorkDirFailed(typed.message, { cause: typed.cause }) : typed;
  } finally {
    // What cannot be removed goes with the worker's folder.
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
