import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import { CancellationScope, ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import type { snapshotEventsList } from './snapshot-events-list.ts';

/**
 * Starts the snapshot of the events list of the present UTC day, as a run of its own whose end nobody waits for. It has an
 * id for each task queue and day: several runs of a day start it once, and again only if it has failed. A cancellation
 * does not reach it: cancelled before the server has confirmed the start, the promise would never settle.
 */
export async function startSnapshot(taskQueue: string): Promise<void> {
  const { memo, workflowId } = workflowInfo();
  const date = new Date().toISOString().slice(0, 10);
  try {
    await CancellationScope.nonCancellable(() =>
      startChild<typeof snapshotEventsList>('snapshotEventsList', {
        workflowId: `${taskQueue}-events-list-${date}`,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        parentClosePolicy: ParentClosePolicy.ABANDON,
        memo: { ...memo, startedBy: `run ${workflowId}` },
        staticSummary: `Amplitude events list, ${date}`,
        staticDetails: 'The snapshot of the list of event types. No hour depends on it.',
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
