import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readOwner, removeWorkerFolder, type Owner } from './worker-folder.ts';
import { hasEnded } from './worker-process.ts';

/** A live worker marks its folder far more often than this, in milliseconds. */
const DEAD_AFTER_MS = 10 * 60_000;

/**
 * Removes the folders of dead workers from WORK_DIR: at once if their process has certainly ended, else if no worker
 * has marked them as alive for ten minutes (on a shared disk, they may be of another machine). This process measures
 * the ten minutes from when it first saw the last mark: it never compares a mark with a clock, since the clocks of
 * two machines may differ by hours. It leaves a folder alone that has no marker of ours, has another name than its
 * marker says, or belongs to another user.
 */
export class DeadWorkers {
  readonly #workDir: string;
  readonly #self: Owner;
  /** The last mark of each folder, and when this process first saw that mark (`performance.now()`). */
  readonly #marks = new Map<string, { readonly mark: number; readonly sinceMs: number }>();

  constructor(workDir: string, self: Owner) {
    this.#workDir = workDir;
    this.#self = self;
  }

  /** Checks every folder once. Returns the names of the removed ones. */
  async sweep(): Promise<string[]> {
    const removed: string[] = [];
    for (const name of await readdir(this.#workDir).catch(() => [])) {
      if (name === this.#self.name || !(await this.#isDead(name))) continue;
      // A folder that cannot be removed must not stop this worker.
      await removeWorkerFolder(join(this.#workDir, name)).then(
        () => removed.push(name),
        () => undefined,
      );
      this.#marks.delete(name);
    }
    return removed;
  }

  async #isDead(name: string): Promise<boolean> {
    const path = join(this.#workDir, name);
    const folder = await lstat(path).catch(() => undefined);
    if (folder?.isDirectory() !== true || folder.uid !== (process.geteuid?.() ?? folder.uid)) return false;
    const owner = await readOwner(path);
    if (owner?.name !== name) return false;
    if (hasEnded(owner, this.#self)) return true;
    const known = this.#marks.get(name);
    if (known?.mark === folder.mtimeMs) return performance.now() - known.sinceMs > DEAD_AFTER_MS;
    this.#marks.set(name, { mark: folder.mtimeMs, sinceMs: performance.now() });
    return false;
  }
}
