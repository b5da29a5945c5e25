import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { workflowBundlePath } from '../../worker/workflow-bundle.ts';

/** A run's history. */
export interface RunHistory {
  readonly workflowId: string;
  readonly history: History;
}

/** The histories of all runs of some workflow types that the server has. */
export async function allHistories(client: Client, types: readonly string[]): Promise<RunHistory[]> {
  const query = types.map((type) => `WorkflowType = "${type}"`).join(' OR ');
  const found: RunHistory[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    found.push({ workflowId, history });
  }
  return found;
}

/**
 * Replays histories with the built workflow code.
 * @throws Error at the first history that does not replay
 */
export async function replayAll(histories: readonly RunHistory[]): Promise<void> {
  const bundle = { workflowBundle: { codePath: workflowBundlePath } };
  for await (const { workflowId, error } of Worker.runReplayHistories(bundle, histories)) {
    if (error !== undefined) throw new Error(`${workflowId} does not replay`, { cause: error });
  }
}

/**
 * The highest number of hours in flight: each from the scheduling of its extract to the end of its upload, by the clock
 * of the server.
 */
export function peakHoursInFlight(histories: readonly RunHistory[]): number {
  const changes: { at: bigint; by: 1 | -1 }[] = [];
  for (const { history } of histories) {
    const activities = new Map<string, string>();
    for (const event of history.events ?? []) {
      const at =
        BigInt(String(event.eventTime?.seconds ?? 0)) * 1_000_000_000n + BigInt(event.eventTime?.nanos ?? 0);
      const name = event.activityTaskScheduledEventAttributes?.activityType?.name;
      if (name !== undefined && name !== null) activities.set(String(event.eventId), name);
      if (name === 'extract') changes.push({ at, by: 1 });
      const done = event.activityTaskCompletedEventAttributes?.scheduledEventId;
      if (activities.get(String(done)) === 'upload') changes.push({ at, by: -1 });
    }
  }
  let inFlight = 0;
  let peak = 0;
  for (const { by } of changes.toSorted((one, other) => Number(one.at - other.at) || one.by - other.by)) {
    inFlight += by;
    peak = Math.max(peak, inFlight);
  }
  return peak;
}
