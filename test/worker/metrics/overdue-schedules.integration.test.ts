import { Client, Connection, ScheduleOverlapPolicy, type ScheduleHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { overdueSeconds } from '../../../worker/metrics/overdue-schedules.ts';

let connection: Connection;
let client: Client;

beforeAll(async () => {
  connection = await Connection.connect({ address: inject('temporalAddress') });
  client = new Client({ connection });
});

afterAll(() => connection.close());

const HOUR_MS = 3_600_000;
let count = 0;

/** Makes a schedule that starts a run every minute; its task queue has no worker. Returns it and its queue. */
async function everyMinute(): Promise<{ handle: ScheduleHandle; taskQueue: string }> {
  const taskQueue = `overdue-${process.pid}-${(count += 1)}`;
  const handle = await client.schedule.create({
    scheduleId: taskQueue,
    spec: { intervals: [{ every: '1 minute' }] },
    action: { type: 'startWorkflow', workflowType: 'exportInterval', workflowId: taskQueue, taskQueue },
    policies: { overlap: ScheduleOverlapPolicy.ALLOW_ALL },
  });
  onTestFinished(async () => {
    await handle.delete();
  });
  return { handle, taskQueue };
}

const overdue = (taskQueue: string, afterMs: number): Promise<number> =>
  overdueSeconds(connection.workflowService, { namespace: 'default', taskQueue }, Date.now() + afterMs);

it('a schedule that is new is not overdue', async () => {
  const { taskQueue } = await everyMinute();
  expect(await overdue(taskQueue, 0)).toBe(0);
});

it('a schedule is overdue since the first start that it did not make', async () => {
  const { handle, taskQueue } = await everyMinute();
  await handle.pause();
  await expect.poll(() => overdue(taskQueue, HOUR_MS)).toBeGreaterThan(0);
  const seconds = await overdue(taskQueue, HOUR_MS);
  // In an hour it has not made 60 starts. It may have made the first one before the pause, or a second.
  expect(seconds).toBeGreaterThan(57 * 60);
  expect(seconds).toBeLessThanOrEqual(61 * 60);
});

it('the schedules of other task queues do not count', async () => {
  await everyMinute();
  expect(await overdue('overdue-nobody', HOUR_MS)).toBe(0);
});

it('a schedule that has made all the starts it may make is not overdue', async () => {
  const { handle, taskQueue } = await everyMinute();
  await handle.update((schedule) => ({ ...schedule, state: { ...schedule.state, remainingActions: 0 } }));
  await expect.poll(() => overdue(taskQueue, HOUR_MS)).toBe(0);
});

it('a backfill of a schedule does not make a start that it made seem missed', async () => {
  const { handle, taskQueue } = await everyMinute();
  await handle.trigger('ALLOW_ALL');
  await expect.poll(async () => (await handle.describe()).info.recentActions.length).toBeGreaterThan(0);
  const end = new Date(Date.now() - 24 * HOUR_MS);
  const start = new Date(end.getTime() - 12 * 60_000);
  await handle.backfill({ start, end, overlap: 'ALLOW_ALL' });
  const isBackfilled = async (): Promise<boolean> => {
    const { recentActions } = (await handle.describe()).info;
    return recentActions.length === 10 && recentActions.every(({ scheduledAt }) => scheduledAt <= end);
  };
  await expect.poll(isBackfilled, { timeout: 30_000 }).toBe(true);
  expect(await overdue(taskQueue, 30_000)).toBe(0);
});
