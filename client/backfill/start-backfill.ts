import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { hoursSelected } from '../../core/hour-selection.ts';
import { producer } from '../../core/version.ts';
import type { backfill } from '../../workflows/backfill.ts';
import type { BackfillInput } from '../../workflows/inputs.ts';

/** A backfill that was started, or found in progress. */
export type BackfillHandle = WorkflowHandle<typeof backfill>;

/** Starts a backfill, or joins the one in progress with the same mode and range, which keeps its concurrency. */
export async function startBackfill(
  client: Client,
  taskQueue: string,
  input: Omit<BackfillInput, 'carried'>,
): Promise<{ readonly handle: BackfillHandle; readonly joined: boolean }> {
  const { start, end, mode } = input;
  const workflowId = `${taskQueue}-backfill-${mode}-${start}-to-${end}`;
  try {
    const handle = await client.workflow.start<typeof backfill>('backfill', {
      workflowId,
      workflowIdConflictPolicy: 'FAIL',
      taskQueue,
      args: [input],
      memo: { startedBy: 'amplitude-export backfill', producer },
      staticSummary: `Amplitude backfill of ${hoursSelected[mode]}, ${start} to ${end}`,
      staticDetails: `Exports ${hoursSelected[mode]} from ${start} to ${end}, both included, one child workflow for each day.`,
    });
    return { handle, joined: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return { handle: client.workflow.getHandle<typeof backfill>(workflowId), joined: true };
  }
}
