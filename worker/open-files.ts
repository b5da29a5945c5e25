import { readFileSync } from 'node:fs';
import type { WorkerSettings } from '../config/settings.ts';

/**
 * Files that a worker has open whatever its hours do: 35 of Node and the Temporal SDK from the start, at most 50
 * connections of the AWS SDK to the storage, and some for name lookups.
 */
const FILES_PER_WORKER = 100;

/** Most files that are open for one hour: those of an upload are four; a download has a file and a connection. */
const FILES_PER_HOUR = 8;

/** A parse thread takes 4 for itself, a dozen files of code while it starts, and three files for the member it parses. */
const FILES_PER_THREAD = 16;

/** What decides how many files a worker has open. */
type Sizes = Pick<WorkerSettings, 'hoursPerWorker' | 'parseThreads'>;

/** How many files and connections a worker of this size may have open at once. */
export function filesNeeded({ hoursPerWorker, parseThreads }: Sizes): number {
  return FILES_PER_WORKER + FILES_PER_HOUR * hoursPerWorker + FILES_PER_THREAD * parseThreads;
}

/** How many files and connections this process may have open at once; undefined where the system does not say. */
export function fileLimit(): number | undefined {
  try {
    return readFileLimit(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return undefined;
  }
}

/** Reads the soft limit from the text of `/proc/PID/limits`. Source: proc_pid_limits(5). */
export function readFileLimit(limits: string): number | undefined {
  const [, soft] = /^Max open files +(\d+|unlimited) /m.exec(limits) ?? [];
  if (soft === undefined) return undefined;
  return soft === 'unlimited' ? Infinity : Number(soft);
}

/** The warning about a limit that is too low for a worker of this size; undefined when it is high enough or unknown. */
export function fewFilesWarning(limit: number | undefined, sizes: Sizes): string | undefined {
  const needed = filesNeeded(sizes);
  if (limit === undefined || limit >= needed) return undefined;
  const { hoursPerWorker, parseThreads } = sizes;
  return `this process may open at most ${limit} files and connections, and HOURS_PER_WORKER=${hoursPerWorker} with PARSE_THREADS=${parseThreads} needs ${needed}: raise the limit where the worker is started ("ulimit -n ${needed}"), or lower these settings`;
}
