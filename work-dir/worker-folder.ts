import { randomBytes } from 'node:crypto';
import { lstat, readdir, readFile, rename, rm, rmdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFileSystemError } from '../core/file-errors.ts';
import { makeFolder } from './make-folder.ts';
import { thisProcess, type WorkerProcess } from './worker-process.ts';

/** The name of the marker file in a worker's folder, which says which worker the folder belongs to. */
export const MARKER_FILE = 'worker.json';

const MADE_BY = 'amplitude-export';
const TRIES = 3;

/** The content of a marker: the worker's name, which is also the name of its folder, and its process. */
export interface Owner extends WorkerProcess {
  readonly name: string;
}

/**
 * Makes a new worker name, for its folder and its task queue: `{host}-{pid}-{random}`. Host and pid are for people.
 * The random part makes the name unique, since machines may share host name, process ids and disk.
 */
export function newOwner(): Owner {
  const owner = thisProcess();
  const host = owner.host.replaceAll(/[^\w.-]/g, '_');
  return { ...owner, name: `${host}-${owner.pid}-${randomBytes(6).toString('hex')}` };
}

/** The folder of one worker in WORK_DIR. A folder without a marker of ours is never removed. */
export class WorkerFolder {
  readonly path: string;
  readonly #owner: Owner;

  constructor(workDir: string, owner: Owner) {
    this.path = join(workDir, owner.name);
    this.#owner = owner;
  }

  /** Makes the folder with its marker, unless both are there. @throws the file system's own error */
  async make(): Promise<void> {
    // If another process removes the folder in between, this starts over, but not for ever.
    for (let left = TRIES; !(await isThere(join(this.path, MARKER_FILE))); left -= 1) {
      await makeFolder(this.path);
      try {
        await writeMarker(this.path, this.#owner);
        return;
      } catch (error) {
        if (left > 1 && isFileSystemError(error) && error.code === 'ENOENT') continue;
        // No worker would ever remove a folder without a marker.
        await rmdir(this.path).catch(() => undefined);
        throw error;
      }
    }
  }

  /**
   * Marks the folder as that of a live worker, by setting its modification time to now. Makes it if it is missing.
   * @throws as `make`
   */
  async touch(): Promise<void> {
    await this.make();
    const now = new Date();
    await utimes(this.path, now, now);
  }

  /** Removes the folder with everything in it. It need not exist. */
  async remove(): Promise<void> {
    await removeWorkerFolder(this.path);
  }
}

/** The owner of a folder by its marker; undefined when there is no readable marker of ours. */
export async function readOwner(folder: string): Promise<Owner | undefined> {
  try {
    const marker: unknown = JSON.parse(await readFile(join(folder, MARKER_FILE), 'utf8'));
    return isOwner(marker) ? marker : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(marker: unknown): marker is Owner {
  if (typeof marker !== 'object' || marker === null) return false;
  const { madeBy, name, host, pid, pidSpace, startTime } = marker as Record<string, unknown>;
  return (
    madeBy === MADE_BY &&
    typeof name === 'string' &&
    typeof host === 'string' &&
    Number.isSafeInteger(pid) &&
    Number(pid) > 0 &&
    (pidSpace === null || typeof pidSpace === 'string') &&
    (startTime === null || typeof startTime === 'string')
  );
}

/**
 * Writes the marker as a whole or not at all, even if the power fails: a folder with an unreadable marker is never
 * removed.
 */
async function writeMarker(folder: string, owner: Owner): Promise<void> {
  const draft = join(folder, `${MARKER_FILE}.${randomBytes(4).toString('hex')}`);
  try {
    const text = `${JSON.stringify({ madeBy: MADE_BY, ...owner })}\n`;
    await writeFile(draft, text, { flag: 'wx', mode: 0o600, flush: true });
    await rename(draft, join(folder, MARKER_FILE));
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Removes a worker's folder, the marker last, so that a partly removed folder still counts as ours. */
export async function removeWorkerFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (name !== MARKER_FILE) await rm(join(folder, name), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}
