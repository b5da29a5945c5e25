import { table } from '../../client/terminal/format.ts';

/** What came of a case: the seconds from the fault to the alert, and from the end of the fault to that of the alert. */
export interface AlertResult {
  readonly alert: string;
  readonly fault: string;
  readonly firedAfter?: number;
  readonly clearedAfter?: number;
  /** What did not hold, in words. */
  readonly problem?: string;
}

/** Whether there are results, and each alert fired and cleared. */
export function areAsExpected(results: readonly AlertResult[]): boolean {
  return (
    results.length > 0 &&
    results.every(
      ({ firedAfter, clearedAfter, problem }) =>
        firedAfter !== undefined && clearedAfter !== undefined && problem === undefined,
    )
  );
}

/** The results as a table for people. */
export function alertTable(results: readonly AlertResult[]): string {
  const rows = results.map((result) => [
    result.alert,
    result.fault,
    seconds(result.firedAfter),
    seconds(result.clearedAfter),
    areAsExpected([result]) ? 'yes' : `NO: ${result.problem ?? 'it did not fire and clear'}`,
  ]);
  const times = ['fired after', 'cleared after'];
  return table(['alert', 'brought about by', ...times, 'as expected'], rows, times);
}

function seconds(value: number | undefined): string {
  return value === undefined ? '-' : `${value.toFixed(0)} s`;
}
