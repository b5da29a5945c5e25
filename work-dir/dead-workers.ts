import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readOwner, removeWorkerFolder, type Owner } from './worker-folder.ts';
import { hasEnded } from './worker-process.ts';

/** A live worker marks its folder far more often than this. */
const DEAD_AFTER_MS = 10 * 60_000;

/**
 * Removes the folders that dead workers left in WORK_DIR: those whose process has certainly ended, at once, and those that
 * nobody has marked as alive for ten minutes (another machine's, on a shared disk). These are ten minutes in which this
 * process has looked on: marks are never held against a clock, since two machines' clocks may be hours apart. A folder
 * without a marker of ours, of another name than its marker's, or of another user is left alone.
 */
export class DeadWorkers {
  readonly #workDir: string;
  readonly #self: Owner;
  /** Each folder's last mark, and since when (by this process's own time) it has been that. */
  readonly #marks = new Map<string, { readonly mark: number; readonly sinceMs: number }>();

  constructor(workDir: string, self: Owner) {
    this.#workDir = workDir;
    this.#self = self;
  }

  /** Looks at every folder once, and gives the names of those that it removed. */
  async sweep(): Promise<string[]> {
    const swept: string[] = [];
    for (const name of await readdir(this.#workDir).catch(() => [])) {
      if (name === this.#self.name || !(await this.#isDead(name))) continue;
      // What cannot be removed is somebody else's business, and no reason not to start.
      await removeWorkerFolder(join(this.#workDir, name)).then(
        () => swept.push(name),
        () => undefined,
      );
      this.#marks.delete(name);
    }
    return swept;
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
