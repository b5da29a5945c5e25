import type { HourWindow } from '../../../core/hour-window.ts';
import type { FaultKind } from '../../../local/sample-api/faults.ts';
import type { Pipeline } from '../../support/pipeline.ts';

/** How many requests for these hours had a fault of this kind. */
export function timesMet({ api }: Pipeline, windows: readonly HourWindow[], kind: FaultKind): number {
  const asked = api.requests.filter(({ start }) => windows.some((window) => window === start));
  return asked.filter(({ faults }) => faults.includes(kind)).length;
}

/** The first problem whose condition is true, as a field of a row. */
export function firstProblem(problems: readonly (readonly [boolean, string])[]): {
  readonly problem?: string;
} {
  const found = problems.find(([isWrong]) => isWrong);
  return found === undefined ? {} : { problem: found[1] };
}
