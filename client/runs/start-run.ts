import type { Client, WorkflowHandle } from '@temporalio/client';
import { producer } from '../../core/version.ts';
import type { Interval } from '../../core/interval.ts';
import type { exportInterval } from '../../workflows/export-interval.ts';

/** A run of `exportInterval` that was started, or found in progress. */
export type RunHandle = WorkflowHandle<typeof exportInterval>;

/**
 * Starts a run, or joins the one in progress that exports the same interval in the same way: both have the same
 * workflow id. The id begins with the task queue, because two buckets may share a namespace but no workers.
 */
export async function startRun(
  client: Client,
  taskQueue: string,
  { start, end, reprocess }: Interval & { readonly reprocess: boolean | 'force' },
): Promise<RunHandle> {
  const range = start === end ? start : `${start}-to-${end}`;
  const suffix = reprocess === 'force' ? '-force' : reprocess ? '-reprocess' : '';
  return client.workflow.start<typeof exportInterval>('exportInterval', {
    workflowId: `${taskQueue}-${range}${suffix}`,
    workflowIdConflictPolicy: 'USE_EXISTING',
    taskQueue,
    args: [{ start, end, reprocess }],
    memo: { startedBy: 'amplitude-export run', producer },
    staticSummary: `Amplitude export, ${start} to ${end}${reprocess ? ', again' : ''}`,
    staticDetails: `Every hour window from ${start} to ${end}, both included, started by the command line.`,
  });
}
