import { Cooldown } from './cooldown.ts';
import { DeadHosts } from './dead-hosts.ts';
import { openWorkDir } from './work-dir.ts';
import { WorkFolders } from './work-folders.ts';
import { newOwner, WorkerFolder } from './worker-folder.ts';

const MARK_EVERY_MS = 30_000;

/**
 * An hour's folder that nobody touches for so long belongs to a run that was terminated: the longest honest pause is
 * a retry's back-off (a minute) and the wait for a host queue after it.
 */
const IDLE_AFTER_MS = 5 * 60_000;

/** What one worker process holds for the hours in flight on it. */
export class Host {
  /** Of this worker alone: no two have the same. */
  readonly name: string;
  readonly folder: WorkerFolder;
  readonly folders: WorkFolders;
  readonly cooldown = new Cooldown();
  readonly #workDir: string;
  readonly #deadHosts: DeadHosts;
  #marking: NodeJS.Timeout | undefined;
  /** Settles when the marks that were begun so far are made: one that is late would make the folder again. */
  #marked: Promise<void> = Promise.resolve();

  constructor(workDir: string, hoursPerHost: number) {
    const owner = newOwner();
    this.name = owner.name;
    this.#workDir = workDir;
    this.#deadHosts = new DeadHosts(workDir, owner);
    this.folder = new WorkerFolder(workDir, owner);
    this.folders = new WorkFolders(this.folder, hoursPerHost);
  }

  /**
   * Cleans up after dead workers and begins to mark this one as alive.
   * @throws WorkDirRefused; the file system's error when WORK_DIR cannot be written
   */
  async open(): Promise<void> {
    await openWorkDir(this.#workDir);
    // Before anything is written, since their files may be what fills the disk.
    await this.#deadHosts.sweep();
    await this.folder.touch();
    this.#marking = setInterval(() => {
      this.#marked = this.#marked.then(() => this.folder.touch()).catch(() => undefined);
      void Promise.allSettled([this.folders.discardIdle(IDLE_AFTER_MS), this.#deadHosts.sweep()]);
    }, MARK_EVERY_MS);
    this.#marking.unref();
  }

  /** Removes everything this worker kept on disk: nothing, when it could not open. */
  async close(): Promise<void> {
    if (this.#marking === undefined) return;
    clearInterval(this.#marking);
    await this.#marked;
    await this.folder.remove();
  }
}
