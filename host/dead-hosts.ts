import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHostName, type HostName } from './host-name.ts';

/** A live host marks its folder far more often than this. */
const DEAD_AFTER_MS = 10 * 60_000;

/**
 * Removes the folders that dead workers left in WORK_DIR: those of this machine whose process is gone, at once, and
 * those that nobody has marked as alive for ten minutes (another machine's, on a shared disk). These are ten minutes in
 * which this process has looked on: marks are never held against a clock, since two machines' clocks may be hours apart.
 */
export class DeadHosts {
  readonly #workDir: string;
  readonly #self: HostName;
  /** Each folder's last mark, and since when (by this process's own time) it has been that. */
  readonly #marks = new Map<string, { readonly mark: number; readonly sinceMs: number }>();

  constructor(workDir: string, self: HostName) {
    this.#workDir = workDir;
    this.#self = self;
  }

  /** Looks at every folder once, and gives the names of those that it removed. */
  async sweep(): Promise<string[]> {
    const swept: string[] = [];
    for (const name of await readdir(this.#workDir).catch(() => [])) {
      const other = parseHostName(name);
      if (other === undefined || name === this.#self.text || !(await this.#isDead(other))) continue;
      // What cannot be removed is somebody else's business, and no reason not to start.
      await rm(join(this.#workDir, name), { recursive: true, force: true }).then(
        () => swept.push(name),
        () => undefined,
      );
      this.#marks.delete(name);
    }
    return swept;
  }

  async #isDead({ text, machine, pid }: HostName): Promise<boolean> {
    // A container that starts again has the same name and process id as before it stopped.
    if (machine === this.#self.machine && (pid === this.#self.pid || !isRunning(pid))) return true;
    const folder = await stat(join(this.#workDir, text)).catch(() => undefined);
    if (folder === undefined) return false;
    const known = this.#marks.get(text);
    if (known?.mark === folder.mtimeMs) return performance.now() - known.sinceMs > DEAD_AFTER_MS;
    this.#marks.set(text, { mark: folder.mtimeMs, sinceMs: performance.now() });
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
