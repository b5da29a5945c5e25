import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { typedFileError, WorkFilesLost } from '../core/file-errors.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { makeFolder } from './make-folder.ts';
import { Places } from './places.ts';
import type { WorkerFolder } from './worker-folder.ts';

/** The folder of one hour in flight. `name` is what travels in workflow history, `path` is this host's business. */
export interface WorkFolder {
  readonly name: string;
  readonly path: string;
}

interface Tenant {
  /** Settles when all work in the folder that was begun so far is over. */
  busy: Promise<unknown>;
  users: number;
  lastUsedMs: number;
  /** Set once the folder is on its way out: nobody may begin work in it. */
  leaving: Promise<void> | undefined;
}

/**
 * The work files of one host: a folder `{window}-{random}` in the worker's own for each hour in flight, each holding one of
 * the host's places from the moment extract is let in until the files are gone.
 */
export class WorkFolders {
  readonly #workerFolder: WorkerFolder;
  readonly #places: Places;
  readonly #tenants = new Map<string, Tenant>();

  constructor(workerFolder: WorkerFolder, places: number) {
    this.#workerFolder = workerFolder;
    this.#places = new Places(places);
  }

  /** Waits for a place and makes a folder. @throws the signal's reason; the types of typedFileError */
  async admit(window: HourWindow, signal: AbortSignal): Promise<WorkFolder> {
    await this.#places.take(signal);
    const name = `${window}-${randomBytes(4).toString('hex')}`;
    try {
      await this.#workerFolder.make();
      await makeFolder(this.#path(name));
    } catch (error) {
      this.#places.giveBack();
      throw typedFileError(error, this.#workerFolder.path);
    }
    this.#tenants.set(name, {
      busy: Promise.resolve(),
      users: 0,
      lastUsedMs: performance.now(),
      leaving: undefined,
    });
    return { name, path: this.#path(name) };
  }

  /**
   * Works in a folder that was admitted before, one at a time: an attempt that Temporal has given up may still be at
   * work here when the next one comes. The folder is not taken for idle meanwhile.
   * @throws WorkFilesLost when this host has no such folder (any more), the types of typedFileError
   */
  async use<T>(name: string, work: (folder: WorkFolder) => Promise<T>): Promise<T> {
    const tenant = this.#tenants.get(name);
    if (tenant === undefined || tenant.leaving !== undefined) throw lost(name);
    tenant.users += 1;
    const turn = tenant.busy.then(() => {
      if (tenant.leaving !== undefined) throw lost(name);
      return this.#workIn(name, work);
    });
    tenant.busy = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      tenant.users -= 1;
      tenant.lastUsedMs = performance.now();
    }
  }

  async #workIn<T>(name: string, work: (folder: WorkFolder) => Promise<T>): Promise<T> {
    const path = this.#path(name);
    try {
      return await work({ name, path });
    } catch (error) {
      throw typedFileError(error, path);
    }
  }

  /**
   * Removes a folder, once work in it is over, and gives its place back. A folder that is gone already is no failure.
   * Nor is one that cannot be removed: it keeps its place, and the next sweep tries again.
   */
  async discard(name: string): Promise<void> {
    const tenant = this.#tenants.get(name);
    if (tenant === undefined) return;
    tenant.leaving ??= this.#remove(name, tenant.busy).catch(() => {
      tenant.leaving = undefined;
      tenant.lastUsedMs = -Infinity;
    });
    await tenant.leaving;
  }

  async #remove(name: string, busy: Promise<unknown>): Promise<void> {
    await busy;
    await rm(this.#path(name), { recursive: true, force: true, maxRetries: 3 });
    this.#tenants.delete(name);
    this.#places.giveBack();
  }

  /**
   * Removes the folders that nobody has used for so many milliseconds: their runs were terminated. One that cannot be
   * removed is tried again the next time.
   */
  async discardIdle(idleMs: number): Promise<void> {
    const now = performance.now();
    const idle = [...this.#tenants].filter(
      ([, { users, lastUsedMs }]) => users === 0 && now - lastUsedMs > idleMs,
    );
    await Promise.all(idle.map(([name]) => this.discard(name)));
  }

  #path(name: string): string {
    return join(this.#workerFolder.path, name);
  }
}

function lost(name: string): WorkFilesLost {
  return new WorkFilesLost(`the work files ${name} are gone from this host`);
}
