import { readFile } from 'node:fs/promises';

/** Linux reports CPU time in hundredths of a second, whatever the kernel's own clock rate. */
const TICKS_PER_SECOND = 100;

/** The CPU time that processes have used so far, all their threads together, in milliseconds. Source: proc(5). */
export async function cpuMs(pids: readonly number[]): Promise<number> {
  const times = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // The name may hold blanks; after it come the fields from the third on, user and system time 12th and 13th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(fields[11]) + Number(fields[12]);
    }),
  );
  return (times.reduce((sum, ticks) => sum + ticks, 0) * 1000) / TICKS_PER_SECOND;
}

/** The most memory that a process has had, in MiB: its peak resident set. Source: proc(5). */
export async function peakMiB(pid: number): Promise<number> {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
