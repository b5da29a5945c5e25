import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  sleep,
  startChild,
  workflowInfo,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import { ExportError } from '../core/errors.ts';
import { parseHourWindow } from '../core/hour-window.ts';
import type { Interval } from '../core/interval.ts';
import type { exportInterval } from './export-interval.ts';
import type { DayReprocess } from './inputs.ts';
import { priorities } from './priorities.ts';

/** Another run with the same id has not ended. */
class RunInProgress extends ExportError {
  readonly type = 'RunInProgress';
}

/** The run of one day of a backfill. */
export type DayHandle = ChildWorkflowHandle<typeof exportInterval>;

const START_AGAIN_AFTER = '5s';
const START_TRIES = 60;

/**
 * Starts the run of one day, for its hours that the backfill covers.
 * @throws RunInProgress when another run with the same id has not ended after five minutes
 */
export async function startDay(
  date: string,
  backfill: Interval,
  concurrency: number,
  reprocess: DayReprocess,
): Promise<DayHandle> {
  const { start, end } = partOf(backfill, date);
  const options = {
    workflowId: idOfDay(date),
    args: [{ start, end, hourConcurrency: concurrency, reprocess }],
    // The days of a terminated backfill must still be able to remove their files.
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    // Its hours inherit it.
    priority: priorities.backfill,
    memo: { ...workflowInfo().memo, startedBy: `backfill ${workflowInfo().workflowId}` },
    staticSummary: `Amplitude export, ${date}`,
    staticDetails: `One day of the backfill from ${backfill.start} to ${backfill.end}.`,
  } as const;
  for (let tries = 1; ; tries += 1) {
    try {
      return await startChild<typeof exportInterval>('exportInterval', options);
    } catch (error) {
      // When a backfill with the same id was terminated or reset, its days end only after their activities.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (tries === START_TRIES)
        throw new RunInProgress(`a run ${options.workflowId} of another backfill is still in progress`);
      await sleep(START_AGAIN_AFTER);
    }
  }
}

/** The part of a date that an interval covers. */
export function partOf({ start, end }: Interval, date: string): Interval {
  const first = parseHourWindow(`${date}T00`);
  const last = parseHourWindow(`${date}T23`);
  return { start: start > first ? start : first, end: end < last ? end : last };
}

/** The workflow id of a day's run. */
export function idOfDay(date: string): string {
  return `${workflowInfo().workflowId}/${date}`;
}
