import { readFileSync } from 'node:fs';

/**
 * Open by a worker whatever its hours do: 35 that Node and Temporal's SDK have from their start, the 50 connections that
 * the AWS SDK makes to a storage at the most, and some for looking up names.
 */
const FILES_OF_A_WORKER = 100;

/**
 * Open for one hour at the most. A parse thread takes 4 for itself, and reads a dozen files of code when it starts; a
 * download (a file and a connection), the parse (three files) and an upload (four files) need fewer.
 */
const FILES_AN_HOUR = 16;

/** How many files and connections a worker may have open at once, when it works on so many hours. */
export function filesNeeded(hoursPerWorker: number): number {
  return FILES_OF_A_WORKER + FILES_AN_HOUR * hoursPerWorker;
}

/** How many files and connections this process may have open at once; undefined where the system does not tell. */
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

/** What to tell of a limit that is too low for so many hours; undefined when it is enough, or not known. */
export function fewFilesWarning(limit: number | undefined, hoursPerWorker: number): string | undefined {
  const needed = filesNeeded(hoursPerWorker);
  if (limit === undefined || limit >= needed) return undefined;
  return `this process may open at most ${limit} files and connections, and HOURS_PER_WORKER=${hoursPerWorker} needs ${needed}: raise the limit where the worker is started ("ulimit -n ${needed}"), or lower HOURS_PER_WORKER`;
}
