import { hourWindowAt, type HourWindow } from '../../../core/hour-window.ts';
import type { Interval } from '../../../core/interval.ts';
import type { FaultKind } from '../../../local/sample-api/faults.ts';
import type { Pipeline } from '../../support/pipeline.ts';

/** Consecutive hours of a day of January 2026, at which a fault strikes. */
export function hoursAt(day: number, firstHour: number, count: number): HourWindow[] {
  return Array.from({ length: count }, (_, index) => hourWindowAt(Date.UTC(2026, 0, day, firstHour + index)));
}

/** The interval from the first to the last of some consecutive hours. */
export function intervalOf(windows: readonly HourWindow[]): Interval {
  const [start, end] = [windows[0], windows.at(-1)];
  if (start === undefined || end === undefined) throw new RangeError('an interval needs an hour');
  return { start, end };
}

/** How many requests for these hours met a fault of that kind. */
export function metBy({ api }: Pipeline, windows: readonly HourWindow[], kind: FaultKind): number {
  const asked = api.requests.filter(({ start }) => windows.some((window) => window === start));
  return asked.filter(({ faults }) => faults.includes(kind)).length;
}

/** The first of some things that can be wrong, as a row has it. */
export function firstProblem(problems: readonly (readonly [boolean, string])[]): {
  readonly problem?: string;
} {
  const found = problems.find(([wrong]) => wrong);
  return found === undefined ? {} : { problem: found[1] };
}
