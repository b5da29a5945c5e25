import { ExportError } from './errors.ts';
import {
  dateAndHour,
  HOUR_MS,
  hourStartMs,
  hourWindowAt,
  parseHourWindow,
  type HourWindow,
} from './hour-window.ts';

/** The most hour windows that one `exportInterval` run covers: a week. */
export const MAX_INTERVAL_HOURS = 168;

/**
 * The longest interval of one backfill: its plan for each day must fit into one payload of Temporal, with room to
 * spare.
 */
const MAX_BACKFILL_YEARS = 20;

/** The hour windows from `start` to `end`, both included. */
export interface Interval {
  readonly start: HourWindow;
  readonly end: HourWindow;
}

/** A run was started without an interval. */
export class IntervalMissing extends ExportError {
  readonly type = 'IntervalMissing';
}

/** A run was started with a value that it cannot use. */
export class InputInvalid extends ExportError {
  readonly type = 'InputInvalid';
}

/** The interval ends before it starts. */
export class IntervalReversed extends ExportError {
  readonly type = 'IntervalReversed';
}

/** The interval has more hours than one run covers. */
export class IntervalTooLong extends ExportError {
  readonly type = 'IntervalTooLong';
}

/**
 * Reads the two ends of an interval, each an hour window.
 * @throws IntervalMissing, WindowInvalid or IntervalReversed
 */
export function parseInterval(input: { start?: unknown; end?: unknown } | undefined): Interval {
  if (input?.start === undefined || input.end === undefined) {
    throw new IntervalMissing(
      'no interval was given; start the run with {"start": "2026-01-01T00", "end": "2026-01-01T23"}, both hours included',
    );
  }
  const start = parseHourWindow(input.start);
  const end = parseHourWindow(input.end);
  if (end < start) {
    throw new IntervalReversed(`the interval ends (${end}) before it starts (${start})`);
  }
  return { start, end };
}

/**
 * Refuses an interval that is too long for one run.
 * @throws IntervalTooLong beyond `MAX_INTERVAL_HOURS`
 */
export function refuseLongInterval(interval: Interval): void {
  const count = hourCount(interval);
  if (count <= MAX_INTERVAL_HOURS) return;
  throw new IntervalTooLong(
    `${interval.start} to ${interval.end} is ${count} hours; one run covers at most ${MAX_INTERVAL_HOURS}, use a backfill for more`,
  );
}

/**
 * Refuses an interval that is too long for one backfill.
 * @throws IntervalTooLong beyond `MAX_BACKFILL_YEARS`
 */
export function refuseLongBackfill(interval: Interval): void {
  if (hourCount(interval) <= MAX_BACKFILL_YEARS * 366 * 24) return;
  throw new IntervalTooLong(
    `${interval.start} to ${interval.end} is over ${MAX_BACKFILL_YEARS} years, the longest that one backfill covers`,
  );
}

/** Every hour window of an interval, oldest first. */
export function hoursOf(interval: Interval): HourWindow[] {
  const startMs = hourStartMs(interval.start);
  return Array.from({ length: hourCount(interval) }, (_, index) => hourWindowAt(startMs + index * HOUR_MS));
}

/** An interval cut into pieces of so many hours, oldest first; the last piece may have fewer. */
export function* piecesOf({ start, end }: Interval, hours: number): Generator<Interval, void, undefined> {
  for (let first = start; first <= end; first = later(first, hours)) {
    const last = later(first, hours - 1);
    yield { start: first, end: last < end ? last : end };
  }
}

function later(window: HourWindow, hours: number): HourWindow {
  return hourWindowAt(hourStartMs(window) + hours * HOUR_MS);
}

/** An interval cut at the ends of UTC days, oldest first; the first and the last piece may be part of a day. */
export function daysOf({ start, end }: Interval): Interval[] {
  const days: Interval[] = [];
  for (let first = start; first <= end; first = nextDay(first)) {
    const last = `${dateAndHour(first).date}T23` as HourWindow;
    days.push({ start: first, end: last < end ? last : end });
  }
  return days;
}

function nextDay(window: HourWindow): HourWindow {
  return later(window, 24 - Number(dateAndHour(window).hour));
}

/** How many hour windows an interval has; 1 when start and end are the same hour. */
export function hourCount(interval: Interval): number {
  return (hourStartMs(interval.end) - hourStartMs(interval.start)) / HOUR_MS + 1;
}
