import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identifies one process, as far as the system allows. */
export interface WorkerProcess {
  readonly host: string;
  readonly pid: number;
  /**
   * The scope in which process ids and start times are unique: one boot of one kernel, one pid namespace and one time
   * namespace. Null when the system does not tell (on Linux it mostly does, elsewhere never).
   */
  readonly pidSpace: string | null;
  /** When it started, in clock ticks since boot; null when the system does not tell. */
  readonly startTime: string | null;
}

/** This process. */
export function thisProcess(): WorkerProcess {
  return {
    host: hostname(),
    pid: process.pid,
    pidSpace: pidSpace(),
    startTime: startTimeOf(process.pid),
  };
}

/**
 * True only if a process has certainly ended: it was in the pid space of `self`, and its id is unused there or
 * belongs to a process that started at another time. Host names must agree too, since virtual machines that were
 * copied while running share their boot id.
 */
export function hasEnded(other: WorkerProcess, self: WorkerProcess): boolean {
  if (self.pidSpace === null || other.pidSpace !== self.pidSpace || other.host !== self.host) return false;
  if (!isRunning(other.pid)) return true;
  const startTime = startTimeOf(other.pid);
  return startTime !== null && other.startTime !== null && startTime !== other.startTime;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Other errors, such as EPERM, do not prove that it has ended.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Source: random(4), namespaces(7), time_namespaces(7). A kernel before 5.6 has no time namespaces. */
function pidSpace(): string | null {
  try {
    // If /proc shows another pid space, it says nothing about ours.
    if (readlinkSync('/proc/self') !== String(process.pid)) return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return [boot, readlinkSync('/proc/self/ns/pid'), timeNamespace()].join(' ');
  } catch {
    return null;
  }
}

function timeNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/time');
  } catch {
    return '';
  }
}

/** Source: proc_pid_stat(5), field 22. The second field, a name in brackets, may hold spaces and brackets itself. */
function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
