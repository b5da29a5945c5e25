import type { ExportRequest } from '../../local/sample-api/request-log.ts';
import { STOP_GRACE_MS } from '../../worker/run-workers.ts';
import type { ActivityTried } from './hour-activities.ts';

/** A worker that was told to stop. */
export interface Leaver {
  readonly pid: number;
  /** In milliseconds since the epoch. */
  readonly toldAt: number;
}

/** An activity that a worker has handed back. */
export interface HandBack {
  readonly window: string;
  readonly type: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly leaver: Leaver | undefined;
  /** Its hour had been asked for: it did not only wait for a slot. */
  readonly hadBegun: boolean;
  /** How long it took until another worker took the hour, in milliseconds; undefined when none did. */
  readonly takenAfterMs: number | undefined;
  /** How long the hour then waited for a slot of that worker, until its request; undefined without one. */
  readonly waitedForSlotMs: number | undefined;
}

/** As long as it takes until a worker is taken for dead: an hour that waits longer gained nothing by being handed back. */
const TAKEN_WITHIN_MS = 20_000;

type Request = Pick<ExportRequest, 'start' | 'at'>;

/** What was handed back in one run. */
export function handBacksOf(
  activities: readonly ActivityTried[],
  requests: readonly Request[],
  leavers: readonly Leaver[],
): HandBack[] {
  return activities.flatMap(({ type, window, started, ended }, index) => {
    if (window === undefined || started === undefined || ended?.how !== 'handed back') return [];
    const asked = requests.filter(({ start }) => start === window).map(({ at }) => at);
    const next = activities
      .slice(index + 1)
      .find((other) => other.window === window && other.started && other.started.worker !== started.worker);
    const takenAt = next?.started?.at;
    const askedAt = takenAt === undefined ? undefined : asked.find((at) => at >= takenAt);
    return {
      window,
      type,
      at: ended.at,
      leaver: leavers.find(({ pid }) => started.worker.startsWith(`${pid}@`)),
      hadBegun: type !== 'extract' || asked.some((at) => at >= started.at && at <= ended.at),
      takenAfterMs: takenAt === undefined ? undefined : takenAt - ended.at,
      waitedForSlotMs: askedAt === undefined || takenAt === undefined ? undefined : askedAt - takenAt,
    };
  });
}

/**
 * What was repeated although it could have finished, in words: an activity that failed, timed out or was tried again without
 * being handed back; an hour with files that was handed back before its time was over; an hour that was asked for once more
 * than it was handed back; and hours that no other worker took in time.
 */
export function repeatedInVain(
  activities: readonly ActivityTried[],
  requests: readonly Request[],
  handBacks: readonly HandBack[],
): string[] {
  const problems: string[] = [];
  for (const { type, window, started, ended } of activities) {
    const name = `${type} of ${window ?? 'a run'}`;
    if (started !== undefined && started.attempt > 1)
      problems.push(`${name} took ${started.attempt} attempts`);
    const how = ended?.how ?? 'has not ended';
    if (how !== 'ended well' && how !== 'handed back') problems.push(`${name} ${how}`);
  }
  for (const { type, window, at, leaver, hadBegun, takenAfterMs } of handBacks) {
    const name = `${type} of ${window}`;
    if (leaver === undefined) problems.push(`${name} was handed back by a worker that was not told to stop`);
    else if (hadBegun && at - leaver.toldAt < STOP_GRACE_MS)
      problems.push(
        `${name} was handed back ${secondsOf(at - leaver.toldAt)} s after the signal, with its files`,
      );
    if (takenAfterMs === undefined) problems.push(`no other worker took ${window}`);
    else if (takenAfterMs > TAKEN_WITHIN_MS)
      problems.push(`${window} was taken only after ${secondsOf(takenAfterMs)} s`);
  }
  const windows = new Set(activities.flatMap(({ window }) => window ?? []));
  for (const window of windows) {
    const asked = requests.filter(({ start }) => start === window).length;
    const begun = handBacks.filter((handBack) => handBack.window === window && handBack.hadBegun).length;
    if (asked > begun + 1)
      problems.push(`${window} was asked for ${asked} times, and handed back ${begun} times`);
  }
  return problems;
}

/** The median and the largest of some times in milliseconds, in words; `-` for none. */
export function spread(timesMs: readonly number[]): string {
  const sorted = timesMs.toSorted((one, other) => one - other);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  const largest = sorted.at(-1);
  if (median === undefined || largest === undefined) return '-';
  return `${secondsOf(median)} s at the median, ${secondsOf(largest)} s at the most`;
}

function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(1);
}
