import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';

/**
 * Starts a workflow by a schedule, so that it has the nominal time `nominalTime`, like `2024-03-01T03:30:00Z`. The
 * schedule is gone when this returns.
 */
export async function startScheduled(
  client: Client,
  taskQueue: string,
  run: { readonly id: string; readonly type: string; readonly input: object; readonly nominalTime: string },
): Promise<WorkflowHandle> {
  const { id, type, input, nominalTime } = run;
  const action = {
    type: 'startWorkflow',
    workflowType: type,
    workflowId: id,
    taskQueue,
    args: [input],
  } as const;
  const nominal = new Date(nominalTime);
  const calendars = [{ hour: nominal.getUTCHours(), minute: nominal.getUTCMinutes() }];
  const schedule = await client.schedule.create({ scheduleId: id, spec: { calendars }, action });
  await schedule.backfill({ start: nominal, end: nominal, overlap: 'ALLOW_ALL' });
  while ((await schedule.describe()).info.numActionsTaken === 0) await sleep(20);
  await schedule.delete();
  return client.workflow.getHandle(`${id}-${nominalTime}`);
}

/** The ids of the workflows that a run has tried to start. */
export async function childrenOf(run: WorkflowHandle): Promise<string[]> {
  const { events } = await run.fetchHistory();
  return (events ?? []).flatMap(
    ({ startChildWorkflowExecutionInitiatedEventAttributes: child }) => child?.workflowId ?? [],
  );
}
