import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import {
  ChildWorkflowCancellationType,
  isCancellation,
  log,
  ParentClosePolicy,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { messageOf } from '../core/errors.ts';
import type { snapshotEventsList } from './snapshot-events-list.ts';

/**
 * Starts the snapshot of the events list of the present UTC day, as a run of its own that nobody waits for. When it
 * cannot be started, a log entry says so, and the run goes on. It has an id for each task queue and day: several runs of
 * a day start it once, and again only if it has failed.
 * @throws a cancellation
 */
export async function startSnapshot(taskQueue: string): Promise<void> {
  const { memo, workflowId } = workflowInfo();
  const date = new Date().toISOString().slice(0, 10);
  try {
    await startChild<typeof snapshotEventsList>('snapshotEventsList', {
      workflowId: `${taskQueue}-events-list-${date}`,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      memo: { ...memo, startedBy: `run ${workflowId}` },
      staticSummary: `Amplitude events list, ${date}`,
      staticDetails: 'The snapshot of the list of event types. No hour depends on it.',
    });
  } catch (error) {
    if (isCancellation(error)) throw error;
    if (error instanceof WorkflowExecutionAlreadyStartedError) return;
    log.warn('the snapshot of the events list was not started', { reason: messageOf(error) });
  }
}
