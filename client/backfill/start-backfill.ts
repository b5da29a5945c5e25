import type { Client, WorkflowHandle } from '@temporalio/client';
import { producer } from '../../core/version.ts';
import type { backfill } from '../../workflows/backfill.ts';
import type { BackfillInput } from '../../workflows/inputs.ts';

/** A backfill that was started, or found under way. */
export type BackfillHandle = WorkflowHandle<typeof backfill>;

/** Starts a backfill, or joins the one that does the same already. */
export async function startBackfill(
  client: Client,
  taskQueue: string,
  input: Omit<BackfillInput, 'carried'>,
): Promise<BackfillHandle> {
  const { start, end, mode } = input;
  return client.workflow.start<typeof backfill>('backfill', {
    workflowId: `${taskQueue}-backfill-${mode}-${start}-to-${end}`,
    workflowIdConflictPolicy: 'USE_EXISTING',
    taskQueue,
    args: [input],
    memo: { startedBy: 'amplitude-export backfill', producer },
    staticSummary: `Amplitude backfill of ${mode} hours, ${start} to ${end}`,
    staticDetails: [
      `Exports the ${mode} hours from ${start} to ${end}, both included, one child workflow a day.`,
      'Updates: `pause`, `resume`, `setConcurrency`. Query: `progress`.',
    ].join('\n\n'),
  });
}
