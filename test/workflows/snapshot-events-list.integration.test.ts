import { ApplicationFailure } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { childrenOf, startScheduled } from '../support/start-scheduled.ts';
import { openStubWorker } from '../support/stub-worker.ts';

const worker = await openStubWorker();
const { client, stubs, taskQueue } = worker;
const refused = ApplicationFailure.nonRetryable('no list', 'EventsListInvalid');
let runs = 0;

/** A run of two hours that a schedule starts. */
async function scheduledRun(input: object): Promise<WorkflowHandle> {
  runs += 1;
  const nominalTime = '2026-03-01T03:30:00Z';
  const id = `${taskQueue}-run-${runs}`;
  return startScheduled(client, taskQueue, { id, type: 'exportInterval', input, nominalTime });
}

/** The end of a workflow: its result, or the type of its failure. */
async function endOf(workflowId: string): Promise<unknown> {
  const result: Promise<unknown> = client.workflow.getHandle(workflowId).result();
  return result.catch((error: unknown) => ((error as Error).cause as ApplicationFailure).type);
}

const attemptsAtIt = (): number => stubs.calls.filter((call) => call === 'snapshotEventsList').length;

describe('the snapshot of the events list', () => {
  it('by hand has the result of its activity', async () => {
    const workflowId = `${taskQueue}-by-hand`;
    const options = { workflowId, taskQueue, args: [] };
    expect(await client.workflow.execute('snapshotEventsList', options)).toMatchObject({
      outcome: 'landed',
      events: 7,
    });
  });

  it('fails with the type of its activity', async () => {
    stubs.failures.set('snapshotEventsList', refused);
    const workflowId = `${taskQueue}-refused`;
    await client.workflow.start('snapshotEventsList', { workflowId, taskQueue });
    expect(await endOf(workflowId)).toBe('EventsListInvalid');
  });

  it('is not taken by runs that are not daily', async () => {
    const hours = { start: '2026-03-01T00', end: '2026-03-01T01' };
    const workflowId = `${taskQueue}-ad-hoc`;
    const adHoc = await client.workflow.start('exportInterval', { workflowId, taskQueue, args: [hours] });
    const hourly = await scheduledRun({ period: 'hour' });
    for (const run of [adHoc, hourly]) {
      await run.result();
      expect(await childrenOf(run)).toEqual([]);
    }
  });

  it('is taken by the first daily run of a day, and by another one only if it has failed', async () => {
    stubs.hoursADay = 2;
    stubs.failures.set('snapshotEventsList', refused);
    const first = await scheduledRun({ period: 'day' });
    // The run does not fail with it.
    expect(await first.result()).toMatchObject({ landed: 2, failed: [] });
    const [id = ''] = await childrenOf(first);
    expect(id).toMatch(/-events-list-\d{4}-\d{2}-\d{2}$/);
    expect(id.startsWith(taskQueue)).toBe(true);
    expect(await endOf(id)).toBe('EventsListInvalid');
    expect(attemptsAtIt()).toBe(1);

    stubs.failures.clear();
    const second = await scheduledRun({ period: 'day', daysBack: 3, reprocess: true });
    await second.result();
    const [again = ''] = await childrenOf(second);
    expect(await endOf(again)).toMatchObject({ outcome: 'landed' });
    expect(attemptsAtIt()).toBe(2);

    const third = await scheduledRun({ period: 'day' });
    expect(await third.result()).toMatchObject({ landed: 2, failed: [] });
    // Unless a day has ended in between, it has the same id, and is not started.
    const [sameDay = ''] = await childrenOf(third);
    expect(await endOf(sameDay)).toMatchObject({ outcome: 'landed' });
    expect(attemptsAtIt()).toBe(sameDay === again ? 2 : 3);
  });
});
