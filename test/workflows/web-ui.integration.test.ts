import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { startBackfill } from '../../client/backfill/start-backfill.ts';
import { startRun } from '../../client/runs/start-run.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { producer } from '../../core/version.ts';
import { holdExtracts, openStubWorker } from '../support/stub-worker.ts';

const worker = await openStubWorker();
const { stubs } = worker;

/** What a worker tells of a message that a workflow takes. */
interface Message {
  readonly name: string;
  readonly description?: string;
}

/** What a worker tells of a run, as the Web UI asks for it; the messages of the SDK's own are left out. */
interface Told {
  readonly currentDetails?: string;
  readonly queries: readonly Message[];
  readonly updates: readonly Message[];
}

async function toldBy(handle: WorkflowHandle): Promise<Told> {
  const { definition, currentDetails } = await handle.query<{
    readonly definition: {
      readonly queryDefinitions?: readonly Message[];
      readonly updateDefinitions?: readonly Message[];
    };
    readonly currentDetails?: string;
  }>('__temporal_workflow_metadata');
  const own = (messages: readonly Message[] = []): Message[] =>
    messages.filter(({ name }) => !name.startsWith('__'));
  const [queries, updates] = [own(definition.queryDefinitions), own(definition.updateDefinitions)];
  return currentDetails === undefined ? { queries, updates } : { currentDetails, queries, updates };
}

/** What the server tells of a run. */
async function describedAs(handle: WorkflowHandle): Promise<object> {
  const description = await handle.describe();
  const [summary, details] = [await description.staticSummary(), await description.staticDetails()];
  return { memo: description.memo, summary, details };
}

const interval = { start: parseHourWindow('2024-02-28T00'), end: parseHourWindow('2024-03-01T23') };
const range = '2024-02-28T00 to 2024-03-01T23';

describe('what the Web UI shows', () => {
  it('of a run is who started it, what it is, and what it can be asked', async () => {
    stubs.hoursADay = 4;
    const handle = await startRun(worker.client, worker.taskQueue, { ...interval, reprocess: true });
    await handle.result();
    expect(await describedAs(handle)).toEqual({
      memo: { startedBy: 'amplitude-export run', producer },
      summary: `Amplitude export, ${range}, again`,
      details: `Every hour window from ${range}, both included, started by the command line.`,
    });
    expect(await toldBy(handle)).toMatchObject({
      currentDetails: expect.stringContaining(`**${range}**: 12 of 12 hours landed`) as unknown,
      queries: [{ name: 'progress', description: 'How far the run has come.' }],
      updates: [],
    });
  });

  it('of a run, and of a backfill, is how many events are of other hours', async () => {
    stubs.hoursADay = 4;
    stubs.outsideWindow = 2;
    const told = { currentDetails: expect.stringContaining('**24 events of other hours**') as unknown };
    const run = await startRun(worker.client, worker.taskQueue, { ...interval, reprocess: true });
    await run.result();
    expect(await toldBy(run)).toMatchObject(told);
    const request = { ...interval, mode: 'all', concurrency: 8 } as const;
    const { handle } = await startBackfill(worker.client, worker.taskQueue, request);
    expect(await handle.result()).toMatchObject({ landed: 12, outsideWindow: 24 });
    expect(await toldBy(handle)).toMatchObject(told);
  });

  it('of a backfill and its days is who started them, what they are, and what they can be told', async () => {
    stubs.hoursADay = 4;
    const request = { ...interval, mode: 'missing', concurrency: 8 } as const;
    const { release } = holdExtracts(stubs);
    const { handle } = await startBackfill(worker.client, worker.taskQueue, request);
    await expect.poll(() => stubs.inFlight).toBe(8);
    expect(await describedAs(handle)).toEqual({
      memo: { startedBy: 'amplitude-export backfill', producer },
      summary: `Amplitude backfill of missing hours, ${range}`,
      details: `Exports the missing hours from ${range}, both included, one child workflow a day.`,
    });
    expect(await toldBy(handle)).toEqual({
      currentDetails: expect.stringContaining('8 hours at once; 2 days in progress, 1 to come') as unknown,
      queries: [{ name: 'progress', description: 'How far the backfill has come.' }],
      updates: [
        {
          name: 'pause',
          description: 'Pauses the backfill: hours in progress go on to their end, no other begins.',
        },
        { name: 'resume', description: 'Resumes a backfill that is paused.' },
        { name: 'setConcurrency', description: 'Sets how many hours are in flight, all days together.' },
      ],
    });
    const day = worker.client.workflow.getHandle(`${handle.workflowId}/2024-02-28`);
    expect(await describedAs(day)).toEqual({
      memo: { startedBy: `backfill ${handle.workflowId}`, producer },
      summary: 'Amplitude export, 2024-02-28',
      details: `One day of the backfill from ${range}.`,
    });
    release();
    await handle.result();
  });
});
