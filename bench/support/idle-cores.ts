import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long the machine is watched, in milliseconds. */
const WATCH_MS = 1000;

/** How many cores of the machine have nothing to do, as a mean over one second. Source: /proc/stat in proc(5). */
export async function idleCores(): Promise<number> {
  const before = await idleMs();
  await sleep(WATCH_MS);
  return ((await idleMs()) - before) / WATCH_MS;
}

/** The time that all cores together have had nothing to do, in milliseconds: idle and waiting for disks. */
async function idleMs(): Promise<number> {
  const [, , , , idle = 0, waiting = 0] = (await readFile('/proc/stat', 'utf8')).split(/\s+/).map(Number);
  // In hundredths of a second, as the CPU times of processes.
  return (idle + waiting) * 10;
}
