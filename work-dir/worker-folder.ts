import { randomBytes } from 'node:crypto';
import { lstat, readdir, readFile, rename, rm, rmdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFileSystemError } from '../core/file-errors.ts';
import { makeFolder } from './make-folder.ts';
import { thisProcess, type WorkerProcess } from './worker-process.ts';

/** The marker file of a worker's folder: it says whose folder that is. */
export const MARKER_FILE = 'worker.json';

const MADE_BY = 'amplitude-export';
const TRIES = 3;

/** What a marker says: the worker's name, which is that of its folder too, and its process. */
export interface Owner extends WorkerProcess {
  readonly name: string;
}

/**
 * A new name for a worker, for its folder and its task queue: `{host}-{pid}-{random}`. Host and pid are for people. The
 * random part makes the name unique, as machines may share host name, process ids and disk.
 */
export function newOwner(): Owner {
  const owner = thisProcess();
  const host = owner.host.replaceAll(/[^\w.-]/g, '_');
  return { ...owner, name: `${host}-${owner.pid}-${randomBytes(6).toString('hex')}` };
}

/** The folder of one worker in WORK_DIR. No folder is removed that has no marker of ours. */
export class WorkerFolder {
  readonly path: string;
  readonly #owner: Owner;

  constructor(workDir: string, owner: Owner) {
    this.path = join(workDir, owner.name);
    this.#owner = owner;
  }

  /** Makes the folder with its marker, unless both are there. @throws the file system's own error */
  async make(): Promise<void> {
    // Whoever removes folders meanwhile makes this start over, but not for ever.
    for (let left = TRIES; !(await isThere(join(this.path, MARKER_FILE))); left -= 1) {
      await makeFolder(this.path);
      try {
        await writeMarker(this.path, this.#owner);
        return;
      } catch (error) {
        if (left > 1 && isFileSystemError(error) && error.code === 'ENOENT') continue;
        // Without a marker nobody would ever remove it.
        await rmdir(this.path).catch(() => undefined);
        throw error;
      }
    }
  }

  /** Marks the folder as a live worker's: its time of change is now. Makes it if need be. @throws as `make` */
  async touch(): Promise<void> {
    await this.make();
    const now = new Date();
    await utimes(this.path, now, now);
  }

  /** Removes the folder with all that is in it; it need not be there. */
  async remove(): Promise<void> {
    await removeWorkerFolder(this.path);
  }
}

/** Whose a folder is by its marker; undefined where there is none that can be read, or none of ours. */
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

/** Whole or not at all, also when the power fails: a folder whose marker cannot be read stays for good. */
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

/** Removes a worker's folder; its marker goes last, so that one which is removed in part is known as ours. */
export async function removeWorkerFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (name !== MARKER_FILE) await rm(join(folder, name), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}
