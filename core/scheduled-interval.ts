import { HOUR_MS, hourWindowAt, type HourWindow } from './hour-window.ts';
import type { Interval } from './interval.ts';

/** What a scheduled run covers: the UTC day `daysBack` days before its nominal date, or the latest hour that is due. */
export type ScheduledPeriod =
  { readonly period: 'day'; readonly daysBack: number } | { readonly period: 'hour' };

/**
 * The interval of a scheduled run. It depends on the nominal time, in milliseconds since the epoch, and not on a
 * clock: a run that starts late, or by a backfill of the schedule, covers the interval of its nominal time. An hour
 * is due `hourDueAfterMs` milliseconds after its start.
 */
export function scheduledInterval(
  scheduled: ScheduledPeriod,
  nominalMs: number,
  hourDueAfterMs: number,
): Interval {
  if (scheduled.period === 'hour') {
    const window = hourWindowAt(nominalMs - hourDueAfterMs);
    return { start: window, end: window };
  }
  const date = hourWindowAt(nominalMs - scheduled.daysBack * 24 * HOUR_MS).slice(0, 10);
  return { start: `${date}T00` as HourWindow, end: `${date}T23` as HourWindow };
}
