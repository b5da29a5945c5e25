import { DeadWorkers } from './dead-workers.ts';
import { HourFolders } from './hour-folders.ts';
import { prepareWorkDir } from './prepare-work-dir.ts';
import { newOwner, WorkerFolder } from './worker-folder.ts';

const MARK_EVERY_MS = 30_000;

/**
 * A work folder that was not used for this long, in milliseconds, belongs to a run that was terminated. A run in
 * progress pauses for less: at most for a retry's back-off (one minute), and then for a task on the worker-specific
 * queue.
 */
const IDLE_AFTER_MS = 5 * 60_000;

/** The part of WORK_DIR that one worker uses: a folder of its own, and in it a folder for each hour in progress. */
export class WorkDir {
  /** The worker's name; no other worker has the same. */
  readonly workerName: string;
  readonly workerFolder: WorkerFolder;
  readonly hourFolders: HourFolders;
  readonly #path: string;
  readonly #deadWorkers: DeadWorkers;
  #marking: NodeJS.Timeout | undefined;
  /** Resolves when the last mark is made. `close` waits for it, since a late mark would make the folder again. */
  #marked: Promise<void> = Promise.resolve();

  constructor(path: string, hoursPerWorker: number) {
    const owner = newOwner();
    this.workerName = owner.name;
    this.#path = path;
    this.#deadWorkers = new DeadWorkers(path, owner);
    this.workerFolder = new WorkerFolder(path, owner);
    this.hourFolders = new HourFolders(this.workerFolder, hoursPerWorker);
  }

  /**
   * Removes the folders of dead workers, makes this worker's folder, and from then on marks it as alive.
   * @throws WorkDirRefused; the file system's own error when WORK_DIR cannot be written
   */
  async open(): Promise<void> {
    await prepareWorkDir(this.#path);
    // First of all: the files of dead workers may be what fills the disk.
    await this.#deadWorkers.sweep();
    await this.workerFolder.touch();
    this.#marking = setInterval(() => {
      this.#marked = this.#marked.then(() => this.workerFolder.touch()).catch(() => undefined);
      void Promise.allSettled([this.hourFolders.releaseIdle(IDLE_AFTER_MS), this.#deadWorkers.sweep()]);
    }, MARK_EVERY_MS);
    this.#marking.unref();
  }

  /** Removes this worker's folder with everything in it. Does nothing if `open` failed. */
  async close(): Promise<void> {
    if (this.#marking === undefined) return;
    clearInterval(this.#marking);
    await this.#marked;
    await this.workerFolder.remove();
  }
}
