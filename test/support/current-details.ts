import type { WorkflowHandle } from '@temporalio/client';

/** The current details of a run, as the Web UI shows them; empty before the run has planned. */
export async function currentDetails(handle: WorkflowHandle): Promise<string> {
  const metadata = await handle.query<{ readonly currentDetails?: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails ?? '';
}
