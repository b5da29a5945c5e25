import type { WorkflowHandle } from '@temporalio/client';

/** What a run says of itself in the Web UI at present; nothing before it has planned. */
export async function currentDetails(handle: WorkflowHandle): Promise<string> {
  const told = await handle.query<{ readonly currentDetails?: string }>('__temporal_workflow_metadata');
  return told.currentDetails ?? '';
}
