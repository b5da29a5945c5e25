import { HOUR_MS, hourStartMs, type HourWindow } from '../../core/hour-window.ts';
import { hourCount, type Interval } from '../../core/interval.ts';

/** An interval and its number of hours. */
export interface HourGroup extends Interval {
  readonly hours: number;
}

/** Joins hour windows, given oldest first, to intervals of consecutive hours. */
export function groupHours(windows: readonly HourWindow[]): HourGroup[] {
  const groups: Interval[] = [];
  for (const window of windows) {
    const last = groups.at(-1);
    if (last !== undefined && hourStartMs(window) - hourStartMs(last.end) === HOUR_MS)
      groups[groups.length - 1] = { start: last.start, end: window };
    else groups.push({ start: window, end: window });
  }
  return groups.map((group) => ({ ...group, hours: hourCount(group) }));
}
