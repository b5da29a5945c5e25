import { ApplicationFailure } from '@temporalio/activity';
import type { WorkflowHandle, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { BackfillProgress } from '../../workflows/backfill-progress.ts';
import type { BackfillInput } from '../../workflows/inputs.ts';
import { concurrencyUpdate, pauseUpdate, resumeUpdate } from '../../workflows/messages.ts';
import { holdExtracts, openStubWorker } from '../support/stub-worker.ts';

const worker = await openStubWorker();
const { stubs } = worker;

type Handle = WorkflowHandleWithFirstExecutionRunId<() => Promise<BackfillProgress>>;

async function start(
  input: Partial<BackfillInput>,
  workflowId = `${worker.taskQueue}-${Math.random().toString(36).slice(2)}`,
): Promise<Handle> {
  const { client, taskQueue } = worker;
  const args = [{ mode: 'missing', concurrency: 8, ...input }];
  return client.workflow.start('backfill', { workflowId, taskQueue, args });
}

function callsOf(activity: string): string[] {
  return stubs.calls.filter((call) => call.startsWith(`${activity} `));
}

/** PENDING_ACTIVITY_STATE_CANCEL_REQUESTED of `temporal.api.enums.v1.PendingActivityState`. */
const CANCEL_REQUESTED = 3;

/** How many activities of a run are in progress although their cancellation was requested. */
async function cancelledActivities(run: WorkflowHandle): Promise<number> {
  const { pendingActivities } = (await run.describe()).raw;
  return (pendingActivities ?? []).filter(({ state }) => Number(state) === CANCEL_REQUESTED).length;
}

const threeDays = { start: '2024-02-28T00', end: '2024-03-01T23' };

describe('a backfill', () => {
  it('exports every day of its interval, also a leap day, and adds up what landed', async () => {
    const handle = await start(threeDays);
    const progress = await handle.result();
    expect(progress).toMatchObject({
      ...threeDays,
      hours: 72,
      landed: 72,
      failed: 0,
      events: 144,
      rejected: 72,
    });
    expect(progress).toMatchObject({ bytes: 720, inProgress: [], daysLeft: 0 });
    expect(new Set(callsOf('upload')).size).toBe(72);
    expect(callsOf('planBackfill')).toEqual(['planBackfill 2024-02-28T00 2024-03-01T23 missing']);
    expect(callsOf('plan').toSorted()).toEqual([
      'plan 2024-02-28T00 2024-02-28T23 missing',
      'plan 2024-02-29T00 2024-02-29T23 missing',
      'plan 2024-03-01T00 2024-03-01T23 missing',
    ]);
  });

  it('with the mode outputs takes hours from their raw archives first', async () => {
    stubs.hoursADay = 2;
    await (await start({ start: '2024-02-28T00', end: '2024-02-28T01', mode: 'outputs' })).result();
    expect(stubs.calls.slice(0, 2)).toEqual([
      'planBackfill 2024-02-28T00 2024-02-28T01 outputs',
      'plan 2024-02-28T00 2024-02-28T01 outputs',
    ]);
    expect(callsOf('extract').toSorted()).toEqual([
      'extract 2024-02-28T00 1 raw first',
      'extract 2024-02-28T01 1 raw first',
    ]);
  });

  it('exports only the hours of its interval in its first and last day', async () => {
    await (await start({ start: '2024-02-28T22', end: '2024-03-01T01', mode: 'all' })).result();
    expect(callsOf('plan').toSorted()).toEqual([
      'plan 2024-02-28T22 2024-02-28T23 all',
      'plan 2024-02-29T00 2024-02-29T23 all',
      'plan 2024-03-01T00 2024-03-01T01 all',
    ]);
  });

  it('begins with the newest day with newestFirst', async () => {
    stubs.hoursADay = 2;
    await (await start({ ...threeDays, concurrency: 1, newestFirst: true })).result();
    expect(callsOf('plan').map((call) => call.slice(5, 15))).toEqual([
      '2024-03-01',
      '2024-02-29',
      '2024-02-28',
    ]);
  });

  it.each([1, 3, 8, 20])('has at most %i hours in progress', async (concurrency) => {
    stubs.hoursADay = 8;
    stubs.beforeExtractEnds = () => new Promise((resolve) => setTimeout(resolve, 50));
    await (await start({ ...threeDays, concurrency })).result();
    expect(stubs.peak).toBeLessThanOrEqual(concurrency);
    // Slow enough that all hours that may be in progress are in progress.
    expect(stubs.peak).toBeGreaterThan(concurrency / 2);
  });

  it('has as many hours in progress as allowed, also when each day has only one to do', async () => {
    stubs.hoursADay = 1;
    const { release } = holdExtracts(stubs);
    const handle = await start({ start: '2024-02-20T00', end: '2024-03-02T23', mode: 'rejected' });
    await expect.poll(() => stubs.inFlight).toBe(8);
    expect(await handle.query('progress')).toMatchObject({ inProgress: { length: 8 }, daysLeft: 4 });
    release();
    expect(await handle.result()).toMatchObject({ landed: 12 });
    expect(stubs.peak).toBe(8);
  });

  it('stops when it is paused, and goes on when it is resumed', async () => {
    const { release } = holdExtracts(stubs);
    const handle = await start(threeDays);
    await expect.poll(() => stubs.inFlight).toBe(8);
    expect(await handle.executeUpdate(pauseUpdate)).toMatchObject({ paused: true });
    release();
    await expect.poll(() => stubs.inFlight).toBe(0);
    const before = stubs.calls.length;
    await expect(handle.query('progress')).resolves.toMatchObject({ paused: true, daysLeft: 1 });
    expect(stubs.calls).toHaveLength(before);
    expect(callsOf('extract')).toHaveLength(8);
    await handle.executeUpdate(resumeUpdate);
    expect(await handle.result()).toMatchObject({ landed: 72, paused: false });
  });

  it('has more hours in progress, or fewer, when its concurrency changes', async () => {
    stubs.hoursADay = 8;
    const { release } = holdExtracts(stubs);
    const handle = await start({ ...threeDays, concurrency: 2 });
    await expect.poll(() => stubs.inFlight).toBe(2);
    expect(await handle.executeUpdate(concurrencyUpdate, { args: [20] })).toMatchObject({ concurrency: 20 });
    await expect.poll(() => stubs.inFlight).toBe(20);
    await handle.executeUpdate(concurrencyUpdate, { args: [1] });
    release();
    // The twenty hours go on to their end; from then on there is one.
    await expect.poll(() => callsOf('upload').length).toBeGreaterThanOrEqual(20);
    await expect.poll(() => stubs.inFlight).toBeLessThanOrEqual(1);
    stubs.beforeExtractEnds = () => new Promise((resolve) => setTimeout(resolve, 200));
    stubs.peak = 0;
    await handle.result();
    expect(stubs.peak).toBe(1);
  });

  it('keeps its limit when the limit is lowered and raised again while hours are in progress', async () => {
    const { release } = holdExtracts(stubs);
    const handle = await start(threeDays);
    await expect.poll(() => stubs.inFlight).toBe(8);
    for (const hours of [2, 8, 1, 8]) await handle.executeUpdate(concurrencyUpdate, { args: [hours] });
    expect(await handle.query('progress')).toMatchObject({ daysLeft: 1, concurrency: 8 });
    release();
    expect(await handle.result()).toMatchObject({ landed: 72 });
    expect(stubs.peak).toBe(8);
  });

  it('refuses an invalid concurrency, and goes on', async () => {
    stubs.hoursADay = 1;
    const handle = await start(threeDays);
    const refused = handle.executeUpdate(concurrencyUpdate, { args: [0] });
    await expect(refused).rejects.toMatchObject({ cause: { type: 'InputInvalid', message: /1 to 1000/ } });
    expect(await handle.result()).toMatchObject({ landed: 3 });
  });

  it('goes on past hours and days that fail, and fails at its end with their reasons', async () => {
    const failure = ApplicationFailure.nonRetryable('wrong keys', 'AccessDenied');
    stubs.failures.set('extract 2024-02-28T05 1', failure);
    stubs.failures.set('plan 2024-02-29T00 2024-02-29T23 missing', failure);
    await expect((await start(threeDays)).result()).rejects.toMatchObject({
      cause: {
        type: 'HoursFailed',
        message: expect.stringMatching(
          /^25 of 72 hours failed\. .*2024-02-2\dT0[05].*: AccessDenied: wrong keys/,
        ),
        details: [{ landed: 47, failed: 25, hours: 72 }],
      },
    });
  });

  it('waits for days in progress that a terminated backfill of the same id has left', async () => {
    stubs.hoursADay = 1;
    const { release } = holdExtracts(stubs);
    const first = await start({ ...threeDays, concurrency: 12 });
    await expect.poll(() => stubs.inFlight).toBe(3);
    await first.terminate();
    const again = await start({ ...threeDays, concurrency: 12 }, first.workflowId);
    await expect.poll(() => callsOf('planBackfill').length).toBe(2);
    release();
    expect(await again.result()).toMatchObject({ hours: 3, landed: 3, failed: 0 });
  });

  it('stops its days when it is cancelled, and leaves no files behind', async () => {
    const { release } = holdExtracts(stubs);
    const handle = await start(threeDays);
    await expect.poll(() => stubs.inFlight).toBe(8);
    await handle.cancel();
    const days = ['2024-02-28', '2024-02-29'].map((date) =>
      worker.client.workflow.getHandle(`${handle.workflowId}/${date}`),
    );
    // Both days have received it before any hour goes on.
    await expect
      .poll(async () => (await Promise.all(days.map(cancelledActivities))).reduce((sum, some) => sum + some))
      .toBe(8);
    release();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(stubs.inFlight).toBe(0);
    expect(callsOf('extract')).toHaveLength(8);
    expect(callsOf('upload')).toEqual([]);
    expect(callsOf('discard')).toHaveLength(8);
    for (const day of days) expect((await day.describe()).status.name).toBe('CANCELLED');
  });

  it('continues as new before its history grows long, loses no count, and notifies at its very end', async () => {
    stubs.hoursADay = 1;
    stubs.hasWebhook = true;
    const handle = await start({ start: '2024-01-01T00', end: '2024-10-31T23', concurrency: 40 });
    expect(await handle.result()).toMatchObject({ hours: 305, landed: 305, failed: 0, concurrency: 40 });
    expect(callsOf('planBackfill')).toHaveLength(1);
    expect(new Set(callsOf('upload')).size).toBe(305);
    expect(stubs.notifications).toMatchObject([{ kind: 'backfill', landed: 305, rejected: 305 }]);
    const { client } = worker;
    const first = await client.workflow.getHandle(handle.workflowId, handle.firstExecutionRunId).describe();
    expect(first).toMatchObject({ status: { name: 'CONTINUED_AS_NEW' } });
    const last = await client.workflow.getHandle(handle.workflowId).describe();
    expect(Math.max(first.historyLength, last.historyLength)).toBeLessThan(2000);
  });

  it.each([
    [{ end: '2024-01-01T00' }, 'IntervalMissing'],
    [{ ...threeDays, mode: 'some' as never }, 'InputInvalid'],
  ])('%j fails at once: %s', async (input, type) => {
    await expect((await start(input)).result()).rejects.toMatchObject({ cause: { type } });
  });
});
