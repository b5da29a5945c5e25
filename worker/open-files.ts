import { readFileSync } from 'node:fs';

/**
 * Files that a worker has open whatever its hours do: 35 of Node and the Temporal SDK from the start, at most 50
 * connections of the AWS SDK to the storage, and some for name lookups.
 */
const FILES_PER_WORKER = 100;

/**
 * Most files that are open for one hour. A parse thread takes 4 for itself, and reads a dozen files of code when it
 * starts; a download (a file and a connection), the parse (three files) and an upload (four files) need fewer.
 */
const FILES_PER_HOUR = 16;

/** How many files and connections a worker with this number of slots may have open at once. */
export function filesNeeded(hoursPerWorker: number): number {
  return FILES_PER_WORKER + FILES_PER_HOUR * hoursPerWorker;
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

/** The warning about a limit that is too low for this number of slots; undefined when it is high enough or unknown. */
export function fewFilesWarning(limit: number | undefined, hoursPerWorker: number): string | undefined {
  const needed = filesNeeded(hoursPerWorker);
  if (limit === undefined || limit >= needed) return undefined;
  return `this process may open at most ${limit} files and connections, and HOURS_PER_WORKER=${hoursPerWorker} needs ${needed}: raise the limit where the worker is started ("ulimit -n ${needed}"), or lower HOURS_PER_WORKER`;
}
