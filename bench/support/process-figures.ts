import { readFile } from 'node:fs/promises';

/** Linux reports CPU time in hundredths of a second, whatever the kernel's own clock rate. */
const TICKS_PER_SECOND = 100;

/** The CPU time that processes have used so far, all their threads together, in milliseconds. Source: proc(5). */
export async function cpuMs(pids: readonly number[]): Promise<number> {
  const times = await Promise.all(pids.map(cpuTicks));
  const ticks = times.reduce((sum, { own }) => sum + own, 0);
  return (ticks * 1000) / TICKS_PER_SECOND;
}

/**
 * The CPU time that a process has used so far, with all its children, those included that have ended, in milliseconds. Its
 * children have none of their own that count. Source: proc(5).
 */
export async function cpuMsWithChildren(pid: number): Promise<number> {
  const { own, ofEnded } = await cpuTicks(pid);
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
  // A child may end in between: its time is then in that of the ended ones, at the next call.
  const times = await Promise.all(children.map((child) => cpuTicks(Number(child)).catch(() => ({ own: 0 }))));
  const ticks = times.reduce((sum, { own }) => sum + own, own + ofEnded);
  return (ticks * 1000) / TICKS_PER_SECOND;
}

/** The ticks of a process itself, and of its children that have ended. */
async function cpuTicks(pid: number): Promise<{ readonly own: number; readonly ofEnded: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name may hold blanks; after it come the fields from the third on: user and system time are the 12th and 13th of
  // them, and those of ended children follow.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0, userOfEnded = 0, systemOfEnded = 0] = fields.slice(11, 15).map(Number);
  return { own: user + system, ofEnded: userOfEnded + systemOfEnded };
}

/** The most memory that a process has had, in MiB: its peak resident set. Source: proc(5). */
export async function peakMiB(pid: number): Promise<number> {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
