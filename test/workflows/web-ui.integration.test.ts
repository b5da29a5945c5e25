import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { startBackfill } from '../../client/backfill/start-backfill.ts';
import { startRun } from '../../client/runs/start-run.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { producer } from '../../core/version.ts';
import { holdExtracts, openStubWorker } from '../support/stub-worker.ts';

const worker = await openStubWorker();
const { stubs } = worker;

/** What a worker says about a message that a workflow takes. */
interface Message {
  readonly name: string;
  readonly description?: string;
}

/** What a worker says about a run, as the Web UI asks for it; the SDK's own messages are left out. */
interface Metadata {
  readonly currentDetails?: string;
  readonly queries: readonly Message[];
  readonly updates: readonly Message[];
}

async function metadataOf(handle: WorkflowHandle): Promise<Metadata> {
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

/** What the server says about a run. */
async function describedAs(handle: WorkflowHandle): Promise<object> {
  const description = await handle.describe();
  const [summary, details] = [await description.staticSummary(), await description.staticDetails()];
  return { memo: description.memo, summary, details };
}

const interval = { start: parseHourWindow('2024-02-28T00'), end: parseHourWindow('2024-03-01T23') };
const range = '2024-02-28T00 to 2024-03-01T23';

describe('what the Web UI shows', () => {
  it('says who started a run, what it is, and which messages it takes', async () => {
    stubs.hoursADay = 4;
    const handle = await startRun(worker.client, worker.taskQueue, { ...interval, reprocess: true });
    await handle.result();
    expect(await describedAs(handle)).toEqual({
      memo: { startedBy: 'amplitude-export run', producer },
      summary: `Amplitude export, ${range}, again`,
      details: `Every hour window from ${range}, both included, started by the command line.`,
    });
    expect(await metadataOf(handle)).toMatchObject({
      currentDetails: expect.stringContaining(`**${range}**: 12 of 12 hours landed`) as unknown,
      queries: [{ name: 'progress', description: 'How far the run has come.' }],
      updates: [],
    });
  });

  it('says how many events of a run, and of a backfill, are of other hours', async () => {
    stubs.hoursADay = 4;
    stubs.outsideWindow = 2;
    const expected = { currentDetails: expect.stringContaining('**24 events of other hours**') as unknown };
    const run = await startRun(worker.client, worker.taskQueue, { ...interval, reprocess: true });
    await run.result();
    expect(await metadataOf(run)).toMatchObject(expected);
    const request = { ...interval, mode: 'all', concurrency: 8 } as const;
    const { handle } = await startBackfill(worker.client, worker.taskQueue, request);
    expect(await handle.result()).toMatchObject({ landed: 12, outsideWindow: 24 });
    expect(await metadataOf(handle)).toMatchObject(expected);
  });

  it('says who started a backfill and its days, what they are, and which messages they take', async () => {
    stubs.hoursADay = 4;
    const request = { ...interval, mode: 'missing', concurrency: 8 } as const;
    const { release } = holdExtracts(stubs);
    const { handle } = await startBackfill(worker.client, worker.taskQueue, request);
    await expect.poll(() => stubs.inFlight).toBe(8);
    expect(await describedAs(handle)).toEqual({
      memo: { startedBy: 'amplitude-export backfill', producer },
      summary: `Amplitude backfill of missing hours, ${range}`,
      details: `Exports missing hours from ${range}, both included, one child workflow for each day.`,
    });
    expect(await metadataOf(handle)).toEqual({
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
