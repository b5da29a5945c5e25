import { ApplicationFailure } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { childrenOf, startScheduled } from '../support/start-scheduled.ts';
import { holdExtracts, openStubWorker } from '../support/stub-worker.ts';

const worker = await openStubWorker();
const { client, stubs, taskQueue } = worker;

const threeHours = { start: '2026-01-01T00', end: '2026-01-01T02' };
const threeDays = { start: '2024-02-28T00', end: '2024-03-01T23', mode: 'missing', concurrency: 6 };
const refused = ApplicationFailure.nonRetryable('wrong keys', 'AccessDenied');
/** A failure as a worker with a webhook gives it. */
const refusedWithWebhook = ApplicationFailure.nonRetryable('wrong keys', 'AccessDenied', {
  hasWebhook: true,
});

async function start(type: string, input: object): Promise<WorkflowHandle> {
  const workflowId = `${taskQueue}-${Math.random().toString(36).slice(2)}`;
  return client.workflow.start(type, { workflowId, taskQueue, args: [input] });
}

/** Runs a workflow to its end. Returns its result, or the failure that ended it. */
async function end(type: string, input: object): Promise<unknown> {
  return (await start(type, input)).result().catch((error: unknown) => (error as Error).cause);
}

describe('a run on a worker with a webhook', () => {
  it('notifies of failed hours, with their reasons, and fails as ever', async () => {
    stubs.hasWebhook = true;
    stubs.rejected = 0;
    stubs.failures.set('extract 2026-01-01T01 1', refused);
    expect(await end('exportInterval', threeHours)).toMatchObject({ type: 'HoursFailed' });
    expect(stubs.notifications).toEqual([
      {
        kind: 'run',
        ...threeHours,
        hours: 3,
        landed: 2,
        failed: 1,
        rejected: 0,
        changed: 0,
        firstReasons: [{ window: '2026-01-01T01', type: 'AccessDenied', message: 'wrong keys' }],
      },
    ]);
  });

  it('notifies of at most three reasons', async () => {
    stubs.hasWebhook = true;
    for (let hour = 0; hour < 7; hour += 1) stubs.failures.set(`extract 2026-01-01T0${hour} 1`, refused);
    await end('exportInterval', { start: '2026-01-01T00', end: '2026-01-01T06' });
    expect(stubs.notifications).toMatchObject([{ failed: 7 }]);
    expect(stubs.notifications[0]?.firstReasons).toHaveLength(3);
  });

  it.each([
    ['rejected lines', { rejected: 2 }, { landed: 3, failed: 0, rejected: 6, changed: 0 }],
    ['changed hours', { eventsBefore: 1 }, { landed: 3, failed: 0, rejected: 0, changed: 3 }],
  ])('notifies of %s, and ends well', async (_name, more, counts) => {
    Object.assign(stubs, { hasWebhook: true, rejected: 0, ...more });
    expect(await end('exportInterval', threeHours)).toMatchObject({ landed: 3, failed: [] });
    expect(stubs.notifications).toEqual([
      { kind: 'run', ...threeHours, hours: 3, ...counts, firstReasons: [] },
    ]);
  });

  it('sends nothing when every hour landed as it should', async () => {
    Object.assign(stubs, { hasWebhook: true, rejected: 0 });
    await end('exportInterval', threeHours);
    expect(stubs.notifications).toEqual([]);
  });

  it('ends as it would without when the notification fails', async () => {
    stubs.hasWebhook = true;
    stubs.failures.set('notify run', ApplicationFailure.nonRetryable('no', 'WebhookRefused'));
    expect(await end('exportInterval', threeHours)).toMatchObject({ landed: 3, failed: [] });
    stubs.failures.set('extract 2026-01-01T01 1', refused);
    expect(await end('exportInterval', threeHours)).toMatchObject({ type: 'HoursFailed' });
    expect(stubs.notifications).toHaveLength(2);
  });

  it('sends nothing when it is cancelled, and stays cancelled', async () => {
    stubs.hasWebhook = true;
    stubs.failures.set('extract 2026-01-01T00 1', refused);
    const { release } = holdExtracts(stubs);
    const run = await start('exportInterval', threeHours);
    await expect.poll(() => stubs.inFlight).toBe(3);
    await run.cancel();
    release();
    await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(stubs.notifications).toEqual([]);
  });

  it('does not wait for its notification when it is cancelled then, and ends as it would without', async () => {
    stubs.hasWebhook = true;
    const testEnds = new Promise<void>((resolve) => onTestFinished(() => resolve()));
    stubs.beforeNotifyEnds = () => testEnds;
    const run = await start('exportInterval', threeHours);
    await expect.poll(() => stubs.notifications.length).toBe(1);
    await run.cancel();
    await expect(run.result()).resolves.toMatchObject({ landed: 3 });
  });

  it('that is reset sends a notification of its own', async () => {
    stubs.hasWebhook = true;
    const run = await start('exportInterval', threeHours);
    await run.result();
    const { workflowId } = run;
    const { events } = await run.fetchHistory();
    const firstTask = events?.find(({ workflowTaskCompletedEventAttributes: task }) => task);
    await client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId },
      reason: 'test',
      workflowTaskFinishEventId: firstTask?.eventId ?? null,
      requestId: workflowId,
    });
    await expect(client.workflow.getHandle(workflowId).result()).resolves.toMatchObject({ landed: 3 });
    expect(stubs.notifications).toHaveLength(2);
  });
});

async function startDaily(name: string): Promise<WorkflowHandle> {
  const run = { type: 'exportInterval', input: { period: 'day' }, nominalTime: '2026-03-01T03:30:00Z' };
  return startScheduled(client, taskQueue, { id: `${taskQueue}-${name}`, ...run });
}

describe('a run that a schedule starts', () => {
  it('notifies of its own, and so does the snapshot that it starts', async () => {
    stubs.hasWebhook = true;
    stubs.hoursADay = 2;
    stubs.failures.set('snapshotEventsList', refusedWithWebhook);
    const run = await startDaily('lands');
    await run.result();
    const [snapshot = ''] = await childrenOf(run);
    await expect(client.workflow.getHandle(snapshot).result()).rejects.toMatchObject({
      cause: { type: 'AccessDenied' },
    });
    const [day, list, ...others] = stubs.notifications.toSorted((a, b) => (a.kind > b.kind ? -1 : 1));
    expect(day).toMatchObject({ kind: 'run', start: '2026-02-28T00', end: '2026-02-28T23', rejected: 2 });
    expect(list).toMatchObject({ kind: 'events list', firstReasons: [{ type: 'AccessDenied' }] });
    expect(others).toEqual([]);
  });

  it('notifies when it cannot plan', async () => {
    stubs.failures.set('plan 2026-02-28T00 2026-02-28T23 missing', refusedWithWebhook);
    await expect((await startDaily('fails')).result()).rejects.toMatchObject({
      cause: { type: 'AccessDenied' },
    });
    expect(stubs.notifications).toMatchObject([{ kind: 'run', start: null, end: null, hours: null }]);
  });
});

describe('a worker without a webhook', () => {
  it.each([
    ['exportInterval', threeHours],
    ['backfill', { ...threeDays, end: '2024-02-28T23' }],
    ['snapshotEventsList', {}],
  ])('is asked for no notification by %s', async (type, input) => {
    stubs.eventsBefore = 1;
    for (const call of ['extract 2026-01-01T01 1', 'extract 2024-02-28T05 1', 'snapshotEventsList'])
      stubs.failures.set(call, refused);
    const failure = { type: type === 'snapshotEventsList' ? 'AccessDenied' : 'HoursFailed' };
    expect(await end(type, input)).toMatchObject(failure);
    expect(stubs.notifications).toEqual([]);
  });
});

describe('a backfill on a worker with a webhook', () => {
  it('sends one notification, and its days send none', async () => {
    stubs.hasWebhook = true;
    stubs.hoursADay = 2;
    stubs.eventsBefore = 1;
    stubs.failures.set('extract 2024-02-29T01 1', refused);
    stubs.failures.set('plan 2024-03-01T00 2024-03-01T23 missing', refusedWithWebhook);
    expect(await end('backfill', threeDays)).toMatchObject({ type: 'HoursFailed' });
    const { start, end: last } = threeDays;
    expect(stubs.notifications).toMatchObject([
      {
        kind: 'backfill',
        start,
        end: last,
        hours: 6,
        landed: 3,
        failed: 3,
        rejected: 3,
        changed: 3,
      },
    ]);
    expect(stubs.notifications[0]?.firstReasons.map(({ window }) => window).toSorted()).toEqual([
      '2024-02-29T01',
      '2024-03-01T00',
    ]);
  });

  it('sends nothing when every hour landed as it should', async () => {
    Object.assign(stubs, { hasWebhook: true, hoursADay: 2, rejected: 0 });
    expect(await end('backfill', threeDays)).toMatchObject({ landed: 6 });
    expect(stubs.notifications).toEqual([]);
  });
});

describe('a failure that ends a workflow', () => {
  const none = { hours: null, landed: null, failed: null, rejected: null, changed: null };
  const firstReasons = [{ window: null, type: 'AccessDenied', message: 'wrong keys' }];

  it.each([
    ['exportInterval', threeHours, 'plan 2026-01-01T00 2026-01-01T02 missing', 'run'],
    ['backfill', threeDays, 'planBackfill 2024-02-28T00 2024-03-01T23 missing', 'backfill'],
    ['snapshotEventsList', {}, 'snapshotEventsList', 'events list'],
  ])('is told of: %s', async (type, input, call, kind) => {
    stubs.failures.set(call, refusedWithWebhook);
    expect(await end(type, input)).toMatchObject({ type: 'AccessDenied', message: 'wrong keys' });
    const { start = null, end: last = null } = input as Partial<typeof threeHours>;
    expect(stubs.notifications).toEqual([{ kind, start, end: last, ...none, firstReasons }]);
  });

  it('is not told of when the input was invalid', async () => {
    stubs.hasWebhook = true;
    const reversed = { start: '2026-01-01T02', end: '2026-01-01T00' };
    expect(await end('exportInterval', reversed)).toMatchObject({ type: 'IntervalReversed' });
    expect(stubs.notifications).toEqual([]);
  });
});
