import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { typedFileError, WorkFilesLost } from '../core/file-errors.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { Semaphore } from '../core/semaphore.ts';
import { WorkerLeaves } from '../core/worker-leaves.ts';
import { makeFolder } from './make-folder.ts';
import type { WorkerFolder } from './worker-folder.ts';

/** The folder of one hour in progress. `name` goes into the workflow history; `path` is of use to this worker only. */
export interface HourFolder {
  readonly name: string;
  readonly path: string;
}

/** Who asks for a folder. */
export interface Asker {
  /** Of those that wait for a slot, the one with the lowest key goes first. */
  readonly priorityKey?: number;
  /** The hour of a run: it has one folder at most. */
  readonly owner?: string;
}

interface Lease {
  readonly owner: string | undefined;
  /** Resolves when all work that has begun in the folder is over. */
  busy: Promise<unknown>;
  users: number;
  lastUsedMs: number;
  /** Set while the folder is being removed: no work may begin in it. */
  releasing: Promise<void> | undefined;
}

/**
 * The work folders of one worker: for each hour in progress a folder `{window}-{random}`. Each folder holds one of
 * the worker's slots, from before the request until its files are gone.
 */
export class HourFolders {
  readonly #workerFolder: WorkerFolder;
  readonly #slots: Semaphore;
  readonly #slotCount: number;
  readonly #leases = new Map<string, Lease>();

  constructor(workerFolder: WorkerFolder, slots: number) {
    this.#workerFolder = workerFolder;
    this.#slots = new Semaphore(slots);
    this.#slotCount = slots;
  }

  /** How many slots hold the files of an hour, and how many do not. */
  get slots(): { readonly used: number; readonly free: number } {
    const used = this.#leases.size;
    return { used, free: this.#slotCount - used };
  }

  /** The worker was told to stop: no other hour gets a slot, and those that wait for one are refused. */
  leave(): void {
    this.#slots.close(new WorkerLeaves());
  }

  /**
   * Acquires a slot and makes a folder. A folder that the owner has already is released, once no work is in it: the attempt that
   * asked for it could not report it.
   * @throws the signal's reason; WorkerLeaves after `leave`; the types of typedFileError
   */
  async acquire(
    window: HourWindow,
    signal: AbortSignal,
    { priorityKey, owner }: Asker = {},
  ): Promise<HourFolder> {
    if (owner !== undefined)
      for (const [name, lease] of this.#leases) if (lease.owner === owner) void this.release(name);
    await this.#slots.acquire(signal, priorityKey);
    const name = `${window}-${randomBytes(4).toString('hex')}`;
    try {
      await this.#workerFolder.make();
      await makeFolder(this.#path(name));
    } catch (error) {
      this.#slots.release();
      throw typedFileError(error, this.#workerFolder.path);
    }
    this.#leases.set(name, {
      owner,
      busy: Promise.resolve(),
      users: 0,
      lastUsedMs: performance.now(),
      releasing: undefined,
    });
    return { name, path: this.#path(name) };
  }

  /**
   * Runs `work` in a folder, one caller at a time: an attempt that has timed out in Temporal may still run here when
   * the next one starts. A folder in use does not count as idle.
   * @throws WorkFilesLost when this worker does not have the folder (any more); the types of typedFileError; what
   * `work` throws
   */
  async use<T>(name: string, work: (folder: HourFolder) => Promise<T>): Promise<T> {
    const lease = this.#leases.get(name);
    if (lease === undefined || lease.releasing !== undefined) throw lost(name);
    lease.users += 1;
    const turn = lease.busy.then(() => {
      if (lease.releasing !== undefined) throw lost(name);
      return this.#workIn(name, work);
    });
    lease.busy = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      lease.users -= 1;
      lease.lastUsedMs = performance.now();
    }
  }

  async #workIn<T>(name: string, work: (folder: HourFolder) => Promise<T>): Promise<T> {
    const path = this.#path(name);
    try {
      return await work({ name, path });
    } catch (error) {
      throw typedFileError(error, path);
    }
  }

  /**
   * Removes a folder after the work in it is over, and releases its slot. Never throws. A folder that is already gone
   * is not an error. A folder that cannot be removed keeps its slot, and the next `releaseIdle` tries again.
   */
  async release(name: string): Promise<void> {
    const lease = this.#leases.get(name);
    if (lease === undefined) return;
    lease.releasing ??= this.#remove(name, lease.busy).catch(() => {
      lease.releasing = undefined;
      lease.lastUsedMs = -Infinity;
    });
    await lease.releasing;
  }

  async #remove(name: string, busy: Promise<unknown>): Promise<void> {
    await busy;
    await rm(this.#path(name), { recursive: true, force: true, maxRetries: 3 });
    this.#leases.delete(name);
    this.#slots.release();
  }

  /**
   * Removes the folders that were not used for `idleMs` milliseconds: their runs were terminated. If a folder cannot
   * be removed, the next call tries again.
   */
  async releaseIdle(idleMs: number): Promise<void> {
    const now = performance.now();
    const idle = [...this.#leases].filter(
      ([, { users, lastUsedMs }]) => users === 0 && now - lastUsedMs > idleMs,
    );
    await Promise.all(idle.map(([name]) => this.release(name)));
  }

  #path(name: string): string {
    return join(this.#workerFolder.path, name);
  }
}

function lost(name: string): WorkFilesLost {
  return new WorkFilesLost(`the work files ${name} are gone from this worker`);
}
