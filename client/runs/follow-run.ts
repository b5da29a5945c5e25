import type { Client } from '@temporalio/client';
import type { IntervalProgress } from '../../workflows/progress.ts';
import { progressQuery } from '../../workflows/messages.ts';
import { follow } from './follow.ts';
import type { RunHandle } from './start-run.ts';
import { ProgressText } from '../terminal/progress-text.ts';

/**
 * Shows the progress of a run of `exportInterval` until it has ended, and returns its result.
 * @throws RunFailed with the type and message of the run's failure
 */
export async function followRun(
  client: Client,
  handle: RunHandle,
  taskQueue: string,
): Promise<IntervalProgress> {
  const text = new ProgressText();
  const run = {
    workflowId: handle.workflowId,
    result: () => handle.result(),
    readProgress: () => handle.query(progressQuery),
    describe: (progress: IntervalProgress) =>
      text.describe({
        ...progress,
        failed: progress.failed.length,
        inProgress: progress.inProgress.length,
        paused: false,
      }),
  };
  return follow(client, run, taskQueue);
}
