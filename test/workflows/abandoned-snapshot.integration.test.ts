import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { childrenOf, startScheduled } from '../support/start-scheduled.ts';
import { holdExtracts, openStubWorker } from '../support/stub-worker.ts';

/** `temporal.api.enums.v1.ParentClosePolicy` in the Temporal API. */
const PARENT_CLOSE_POLICY_ABANDON = 2;

const { client, stubs, taskQueue } = await openStubWorker();

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

it('the snapshot of the events list goes on when the run that has started it is cancelled', async () => {
  const extracts = holdExtracts(stubs);
  const snapshots = new AbortController();
  stubs.beforeSnapshotEnds = () => untilAborted(snapshots.signal);
  onTestFinished(() => snapshots.abort());
  const nominalTime = '2026-03-01T03:30:00Z';
  const daily = { id: taskQueue, type: 'exportInterval', input: { period: 'day' }, nominalTime };
  const run = await startScheduled(client, taskQueue, daily);
  await expect.poll(() => stubs.calls).toContain('snapshotEventsList');
  await expect.poll(() => stubs.inFlight).toBeGreaterThan(0);
  await run.cancel();
  extracts.release();
  await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  const { events: parentEvents = [] } = await run.fetchHistory();
  const starts = parentEvents?.flatMap(
    (event) => event.startChildWorkflowExecutionInitiatedEventAttributes ?? [],
  );
  expect(starts).toMatchObject([{ parentClosePolicy: PARENT_CLOSE_POLICY_ABANDON }]);
  const cancels = parentEvents?.filter(
    (event) => event.requestCancelExternalWorkflowExecutionInitiatedEventAttributes,
  );
  expect(cancels).toEqual([]);

  const [id = ''] = await childrenOf(run);
  const snapshot = client.workflow.getHandle(id);
  const { events } = await snapshot.fetchHistory();
  expect(events?.filter((event) => event.workflowExecutionCancelRequestedEventAttributes)).toEqual([]);
  snapshots.abort();
  expect(await snapshot.result()).toMatchObject({ outcome: 'landed' });
});
