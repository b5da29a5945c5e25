import { EventEmitter, once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { childrenOf, startScheduled } from '../support/start-scheduled.ts';
import { holdExtracts, openStubWorker } from '../support/stub-worker.ts';

const { client, stubs, taskQueue } = await openStubWorker();

it('the snapshot of the events list goes on when the run that has started it is cancelled', async () => {
  const extracts = holdExtracts(stubs);
  const snapshots = new EventEmitter();
  stubs.beforeSnapshotEnds = () => once(snapshots, 'end');
  onTestFinished(() => void snapshots.emit('end'));
  const nominalTime = '2026-03-01T03:30:00Z';
  const daily = { id: taskQueue, type: 'exportInterval', input: { period: 'day' }, nominalTime };
  const run = await startScheduled(client, taskQueue, daily);
  await expect.poll(() => stubs.calls).toContain('snapshotEventsList');
  await expect.poll(() => stubs.inFlight).toBeGreaterThan(0);
  await run.cancel();
  extracts.release();
  await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });

  const [id = ''] = await childrenOf(run);
  const snapshot = client.workflow.getHandle(id);
  const { events } = await snapshot.fetchHistory();
  expect(events?.filter((event) => event.workflowExecutionCancelRequestedEventAttributes)).toEqual([]);
  snapshots.emit('end');
  expect(await snapshot.result()).toMatchObject({ outcome: 'landed' });
});
