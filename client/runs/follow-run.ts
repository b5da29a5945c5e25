import type { Client } from '@temporalio/client';
import type { IntervalProgress } from '../../workflows/progress.ts';
import { progressQuery } from '../../workflows/messages.ts';
import { follow } from './follow.ts';
import type { RunHandle } from './start-run.ts';
import { ProgressTeller } from '../terminal/tell-progress.ts';

/**
 * Shows how a run of `exportInterval` gets on until it has ended, and gives its result.
 * @throws RunFailed with the type and message that the run failed with
 */
export async function followRun(
  client: Client,
  handle: RunHandle,
  taskQueue: string,
): Promise<IntervalProgress> {
  const teller = new ProgressTeller();
  const run = {
    workflowId: handle.workflowId,
    result: () => handle.result(),
    look: () => handle.query(progressQuery),
    tell: (progress: IntervalProgress) =>
      teller.tell({
        ...progress,
        failed: progress.failed.length,
        inProgress: progress.inProgress.length,
        paused: false,
      }),
  };
  return follow(client, run, taskQueue);
}
