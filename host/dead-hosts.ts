import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHostName, type HostName } from './host-name.ts';

/** A live host marks its folder far more often than this. */
const DEAD_AFTER_MS = 10 * 60_000;

/**
 * Removes the folders that dead workers left in WORK_DIR: those of this machine whose process is gone, at once, and
 * those that nobody has marked as alive for ten minutes (another machine's, on a shared disk). Gives their names.
 */
export async function sweepDeadHosts(workDir: string, self: HostName): Promise<string[]> {
  const swept: string[] = [];
  for (const name of await readdir(workDir).catch(() => [])) {
    const other = parseHostName(name);
    if (other === undefined || name === self.text || !(await isDead(join(workDir, name), other, self)))
      continue;
    // What cannot be removed is somebody else's business, and no reason not to start.
    await rm(join(workDir, name), { recursive: true, force: true }).then(
      () => swept.push(name),
      () => undefined,
    );
  }
  return swept;
}

async function isDead(folder: string, other: HostName, self: HostName): Promise<boolean> {
  // A container that starts again has the same name and process id as before it stopped.
  if (other.machine === self.machine && (other.pid === self.pid || !isRunning(other.pid))) return true;
  const marked = await stat(folder).catch(() => undefined);
  return marked !== undefined && Date.now() - marked.mtimeMs > DEAD_AFTER_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
