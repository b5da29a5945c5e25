import { join } from 'node:path';
import { Cooldown } from './cooldown.ts';
import { DeadHosts } from './dead-hosts.ts';
import { nameThisHost, type HostName } from './host-name.ts';
import { WorkFolders } from './work-folders.ts';

const MARK_EVERY_MS = 30_000;

/**
 * An hour's folder that nobody touches for so long belongs to a run that was terminated: the longest honest pause is
 * a retry's back-off (a minute) and the wait for a host queue after it.
 */
const IDLE_AFTER_MS = 5 * 60_000;

/** What one worker process holds for the hours in flight on it. */
export class Host {
  readonly name: HostName;
  readonly folders: WorkFolders;
  readonly cooldown = new Cooldown();
  readonly #deadHosts: DeadHosts;
  #marking: NodeJS.Timeout | undefined;
  /** Settles when the marks that were begun so far are made: one that is late would make the folder again. */
  #marked: Promise<void> = Promise.resolve();

  constructor(workDir: string, hoursPerHost: number) {
    this.name = nameThisHost();
    this.#deadHosts = new DeadHosts(workDir, this.name);
    this.folders = new WorkFolders(join(workDir, this.name.text), hoursPerHost);
  }

  /** Cleans up after dead workers and begins to mark this one as alive. @throws when WORK_DIR cannot be written */
  async open(): Promise<void> {
    // First, since their files may be what fills the disk.
    await this.#deadHosts.sweep();
    await this.folders.touch();
    this.#marking = setInterval(() => {
      this.#marked = this.#marked.then(() => this.folders.touch()).catch(() => undefined);
      void Promise.allSettled([this.folders.discardIdle(IDLE_AFTER_MS), this.#deadHosts.sweep()]);
    }, MARK_EVERY_MS);
    this.#marking.unref();
  }

  /** Removes everything this worker kept on disk: nothing, when it could not open. */
  async close(): Promise<void> {
    if (this.#marking === undefined) return;
    clearInterval(this.#marking);
    await this.#marked;
    await this.folders.removeAll();
  }
}
