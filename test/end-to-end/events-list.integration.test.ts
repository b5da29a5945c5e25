import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventsListManifestKey } from '../../bronze/events-list/keys.ts';
import { parseEventsListManifest, type EventsListManifest } from '../../bronze/events-list/manifest.ts';
import type { Snapshot } from '../../activities/snapshot-events-list.ts';
import type { IntervalProgress } from '../../workflows/progress.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { childrenOf, startScheduled } from '../support/start-scheduled.ts';
import { temporalCommand } from '../support/temporal-command.ts';

let pipeline: Pipeline;

beforeAll(async () => {
  // Every hour is empty, so that the test is fast.
  pipeline = await openPipeline({ faults: ['*=404'] });
  await pipeline.startWorker({ HOURS_PER_WORKER: '24', HOUR_CONCURRENCY: '24', HOUR_RETRY_FOR: '0s' });
});

beforeEach(() => pipeline.api.setFaults(['*=404']));

afterAll(() => pipeline.close());

/** A daily run of a schedule, and the id of its snapshot. */
async function dailyRun(nominalTime: string): Promise<{ progress: IntervalProgress; snapshotId: string }> {
  const { client, taskQueue } = pipeline;
  const run = { id: `${taskQueue}-daily`, type: 'exportInterval', input: { period: 'day' }, nominalTime };
  const handle = await startScheduled(client, taskQueue, run);
  const progress = (await handle.result()) as IntervalProgress;
  const [snapshotId = ''] = await childrenOf(handle);
  return { progress, snapshotId };
}

async function manifestOf(date: string): Promise<EventsListManifest> {
  const key = eventsListManifestKey(pipeline.prefix, date);
  return parseEventsListManifest((await pipeline.bucket.getText(key))?.text ?? '', key);
}

describe('the snapshot of the events list of a daily run', () => {
  it('that fails does not fail the run: all hours land', async () => {
    pipeline.api.setFaults(['*=404', 'events-list=500']);
    const { progress, snapshotId } = await dailyRun('2026-01-02T03:30:00Z');
    expect(progress).toMatchObject({ start: '2026-01-01T00', landed: 24, failed: [] });
    const snapshot: Promise<unknown> = pipeline.client.workflow.getHandle(snapshotId).result();
    await expect(snapshot).rejects.toMatchObject({ cause: { type: 'RetriesExhausted' } });
    expect(await pipeline.bucket.list(`${pipeline.prefix}/events_list/`)).toEqual([]);
  });

  it('lands beside the hours', async () => {
    const { progress, snapshotId } = await dailyRun('2026-01-03T03:30:00Z');
    expect(progress).toMatchObject({ start: '2026-01-02T00', landed: 24, failed: [] });
    const snapshot = (await pipeline.client.workflow.getHandle(snapshotId).result()) as Snapshot;
    const { date, ...landed } = snapshot;
    expect(landed).toMatchObject({ outcome: 'landed', revision: 1, objects: 1 });
    const { outputs, events, workflowId } = await manifestOf(date);
    expect(workflowId).toBe(snapshotId);
    expect(events).toBe(snapshot.events);
    const listed = await pipeline.bucket.list(`${pipeline.prefix}/events_list/`);
    expect(listed.map(({ key }) => key)).toEqual(outputs.map(({ key }) => key));
    expect(await pipeline.workFiles()).toEqual([]);
  });

  it('can be taken by hand as the documentation says', async () => {
    const id = `${pipeline.taskQueue}-by-hand`;
    await temporalCommand(
      `temporal workflow execute --type snapshotEventsList --task-queue ${pipeline.taskQueue} --workflow-id ${id}`,
    );
    const snapshot = (await pipeline.client.workflow.getHandle(id).result()) as Snapshot;
    expect(['landed', 'unchanged']).toContain(snapshot.outcome);
    expect((await manifestOf(snapshot.date)).events).toBe(snapshot.events);
  });
});
