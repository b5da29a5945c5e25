import { HOUR_MS, hourStartMs, hourWindowAt, type HourWindow } from '../../core/hour-window.ts';
import { hoursOf, type Interval } from '../../core/interval.ts';
import { hourStatus, type Evidence, type HourState, type HourStatus } from './hour-state.ts';

/** The status of the hours of an interval; `bytes` is the size of all their objects. */
export interface LedgerStatus {
  readonly interval: Interval;
  readonly hours: readonly HourStatus[];
  readonly counts: Readonly<Record<HourState, number>>;
  readonly events: number;
  readonly rejected: number;
  /** Events that arrived outside the hour they are in, as far as they were counted. */
  readonly outsideWindow: number;
  readonly bytes: number;
  /** Superseded objects that are still there. */
  readonly notRemoved: number;
  readonly freshness: Freshness;
}

/** How far the newest landed hour of an interval is behind its newest due one; null where there is no such hour. */
export interface Freshness {
  readonly newestLanded: HourWindow | null;
  readonly newestDue: HourWindow | null;
  /** With nothing landed, the number of due hours. */
  readonly hoursBehind: number;
}

/** The newest hour that is due at a moment, given in milliseconds since the epoch. */
export function newestDueHour(nowMs: number, hourDueAfterMs: number): HourWindow {
  return hourWindowAt(nowMs - hourDueAfterMs);
}

/** Determines the state of every hour of an interval, and adds up the counts. */
export function ledgerStatus(interval: Interval, evidence: Evidence): LedgerStatus {
  const hours = hoursOf(interval).map((window) => hourStatus(window, evidence));
  const counts: Record<HourState, number> = {
    complete: 0,
    rejected: 0,
    'outside window': 0,
    empty: 0,
    missing: 0,
    failed: 0,
    unreadable: 0,
    'not due': 0,
  };
  const sums = { events: 0, rejected: 0, outsideWindow: 0, bytes: 0, notRemoved: 0 };
  for (const { state, summary } of hours) {
    counts[state] += 1;
    sums.events += summary?.events ?? 0;
    sums.rejected += summary?.rejected ?? 0;
    sums.outsideWindow += summary?.outsideWindow ?? 0;
    sums.bytes += summary?.bytes ?? 0;
    sums.notRemoved += summary?.notRemoved ?? 0;
  }
  return { interval, hours, counts, ...sums, freshness: freshnessOf(interval, hours, evidence.newestDue) };
}

function freshnessOf({ start, end }: Interval, hours: readonly HourStatus[], due: HourWindow): Freshness {
  const newestLanded = hours.findLast(({ summary }) => summary !== undefined)?.window ?? null;
  if (due < start) return { newestLanded, newestDue: null, hoursBehind: 0 };
  const newestDue = due < end ? due : end;
  const landedUntilMs = newestLanded === null ? hourStartMs(start) - HOUR_MS : hourStartMs(newestLanded);
  const hoursBehind = Math.max(0, (hourStartMs(newestDue) - landedUntilMs) / HOUR_MS);
  return { newestLanded, newestDue, hoursBehind };
}

/** How many of an interval's hours have landed. */
export function landedCount({ counts }: LedgerStatus): number {
  return counts.complete + counts.rejected + counts['outside window'] + counts.empty;
}
