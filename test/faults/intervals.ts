import { HOUR_MS, hourStartMs, hourWindowAt, type HourWindow } from '../../core/hour-window.ts';
import type { Interval } from '../../core/interval.ts';

const FIRST_DAY_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 24 * HOUR_MS;

/** Whole days, one interval each: `days` days of 2026, beginning after `part` times as many. */
export function daysOf(part: number, days: number): Interval[] {
  return Array.from({ length: days }, (_, index) => {
    const startMs = FIRST_DAY_MS + (part * days + index) * DAY_MS;
    return { start: hourWindowAt(startMs), end: hourWindowAt(startMs + 23 * HOUR_MS) };
  });
}

/** The same hour of many days, one interval each: `days` days of 2026, beginning after `part` times as many. */
export function hourEachDay(hour: number, part: number, days: number): Interval[] {
  return daysOf(part, days).map(({ start }) => {
    const window = hourWindowAt(hourStartMs(start) + hour * HOUR_MS);
    return { start: window, end: window };
  });
}

/** Consecutive hours of a day of January 2026, for one fault. */
export function hoursAt(day: number, firstHour: number, count: number): HourWindow[] {
  return Array.from({ length: count }, (_, index) =>
    hourWindowAt(FIRST_DAY_MS + (day - 1) * DAY_MS + (firstHour + index) * HOUR_MS),
  );
}

/** The interval from the first to the last of some consecutive hours. */
export function intervalOf(windows: readonly HourWindow[]): Interval {
  const [start, end] = [windows[0], windows.at(-1)];
  if (start === undefined || end === undefined) throw new RangeError('an interval needs an hour');
  return { start, end };
}
