import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { startScheduled } from '../support/start-scheduled.ts';
import { openWorkflowWorker, type WorkflowWorker } from '../support/workflow-worker.ts';

/** Activities that the worker runs at once. */
const SLOTS = 2;
/** Hours of the backfill that wait for a worker. */
const WAITING = 40;

let worker: WorkflowWorker;
let runs = 0;

// A worker for each test: what a test leaves in a queue would delay the next one.
beforeEach(async () => {
  worker = await openWorkflowWorker(inject('temporalAddress'), undefined, 'test', SLOTS);
});

afterEach(() => worker.close());

function nextId(): string {
  runs += 1;
  return `${worker.taskQueue}-${runs}`;
}

async function start(type: 'exportInterval' | 'backfill', input: object): Promise<WorkflowHandle> {
  const { client, taskQueue } = worker;
  return client.workflow.start(type, { workflowId: nextId(), taskQueue, args: [input] });
}

async function startBySchedule(nominalTime: string): Promise<WorkflowHandle> {
  const run = { id: nextId(), type: 'exportInterval', input: { period: 'hour' }, nominalTime };
  return startScheduled(worker.client, worker.taskQueue, run);
}

/** A nominal time so many hours ago. */
const hoursAgo = (hours: number): string =>
  `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 16)}:00Z`;

/** The priority keys of the activities of a run, by the names of the activities; 0: that of the run. */
async function keysOf(run: WorkflowHandle): Promise<Readonly<Record<string, number>>> {
  await run.result();
  const { events } = await run.fetchHistory();
  const scheduled = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: task }) => task ?? []);
  return Object.fromEntries(
    scheduled.map(({ activityType, priority }) => [activityType?.name, priority?.priorityKey ?? 0]),
  );
}

describe('the hours of', () => {
  it('a scheduled run go before those of others', async () => {
    const keys = await keysOf(await startBySchedule(hoursAgo(1)));
    expect(keys).toEqual({ plan: 1, extract: 2, parse: 2, upload: 2 });
  });

  it('a run that a person has started have the priority of the run, which is the default', async () => {
    const run = await start('exportInterval', { start: '2026-05-01T00', end: '2026-05-01T00' });
    expect(await keysOf(run)).toEqual({ plan: 1, extract: 0, parse: 0, upload: 0 });
    expect((await run.describe()).priority).toEqual({});
  });

  it('a day of a backfill have the priority of the day, after all others', async () => {
    const input = { start: '2026-05-01T00', end: '2026-05-01T00', mode: 'missing', concurrency: 1 };
    const backfill = await start('backfill', input);
    await backfill.result();
    const day = worker.client.workflow.getHandle(`${backfill.workflowId}/2026-05-01`);
    expect(await keysOf(day)).toEqual({ plan: 1, extract: 0, parse: 0, upload: 0 });
    expect((await day.describe()).priority).toMatchObject({ priorityKey: 4 });
  });

  it('a run that a backfill of a schedule has started go after all others, too', async () => {
    const keys = await keysOf(await startBySchedule(hoursAgo(50)));
    expect(keys).toEqual({ plan: 1, extract: 4, parse: 4, upload: 4 });
  });
});

describe('while the hours of a backfill wait for a worker', () => {
  it.each([
    ['a scheduled hour', () => startBySchedule(hoursAgo(1))],
    [
      'an hour that a person asks for',
      () => start('exportInterval', { start: '2026-04-01T00', end: '2026-04-01T00' }),
    ],
  ])('%s is delayed by hours in flight only', async (_name, startOther) => {
    const { stubs } = worker;
    stubs.hoursADay = 8;
    stubs.beforeExtractEnds = () => pause(100);
    const input = { start: '2026-05-01T00', end: '2026-05-20T23', mode: 'missing', concurrency: WAITING };
    const backfill = await start('backfill', input);
    const extracts = (): number => stubs.calls.filter((call) => call.startsWith('extract 2026-05')).length;
    await expect.poll(extracts, { timeout: 30_000 }).toBeGreaterThan(SLOTS);
    const other = await startOther();
    const before = extracts();
    await other.result();
    // Plan, extract, parse and upload wait for a slot each. In the order of their start, the last three would each wait for
    // the 40 hours before them.
    expect(extracts() - before).toBeLessThan(WAITING);
    await backfill.terminate();
  });
});
