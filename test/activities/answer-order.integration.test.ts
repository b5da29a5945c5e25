import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Info } from '@temporalio/activity';
import type { Uploaded } from '../../activities/uploaded.ts';
import { hourStartMs, parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import {
  ActivityAttempt,
  openActivityWorker,
  type ActivityWorker,
  parseInput,
} from '../support/activity-worker.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
let crowded: ActivityWorker;
let idle: ActivityWorker;

beforeAll(async () => {
  pipeline = await openPipeline();
  crowded = await openActivityWorker(pipeline, { HOURS_PER_WORKER: '1' });
  idle = await openActivityWorker(pipeline);
});

afterAll(async () => {
  await crowded.close();
  await idle.close();
  await pipeline.close();
});

const at = (hour: string): HourWindow => parseHourWindow(`2026-04-07T${hour}`);

/** The extract of a run, as the server knows it. */
function ofRun(runId: string, scheduledMs: number): Partial<Info> {
  return {
    workflowExecution: { workflowId: runId, runId },
    currentAttemptScheduledTimestampMs: scheduledMs,
  };
}

/** Starts to land an hour, in two steps: the request, then the rest. */
function begin({ activities }: ActivityWorker, window: HourWindow, info: Partial<Info>) {
  const hour = { window, round: 1 };
  const extracted = new ActivityAttempt(info).run(activities.extract, hour);
  return {
    extracted,
    land: async (): Promise<Uploaded> => {
      const { folder, source } = await extracted;
      await new ActivityAttempt(info).run(activities.parse, parseInput(hour, await extracted));
      return new ActivityAttempt(info).run(activities.upload, { ...hour, folder, source });
    },
  };
}

it('the attempt that was scheduled first, waited for a slot and sent its request last has the newer answer', async () => {
  const window = at('05');
  const now = Date.now();
  const holder = await crowded.workDir.hourFolders.acquire(at('01'), new AbortController().signal);
  const waiting = begin(crowded, window, ofRun('waiting', now));
  const prompt = begin(idle, window, ofRun('prompt', now + 5));
  expect(await prompt.land()).toMatchObject({ outcome: 'landed', revision: 1 });
  pipeline.api.setFaults([`${window}=changed`]);
  await crowded.workDir.hourFolders.release(holder.name);
  expect(await waiting.land()).toMatchObject({ outcome: 'landed', revision: 2 });
});

it('the attempt that sent its request first and uploads last has the older answer', async () => {
  const window = at('06');
  const now = Date.now();
  pipeline.api.setFaults([]);
  const slow = begin(idle, window, ofRun('slow', now));
  await slow.extracted;
  pipeline.api.setFaults([`${window}=changed`]);
  const prompt = begin(idle, window, ofRun('prompt', now + 60_000));
  expect(await prompt.land()).toMatchObject({ outcome: 'landed', revision: 1 });
  expect(await slow.land()).toMatchObject({ outcome: 'outdated', revision: 1 });
});

it('an answer is as old as its request, however long its task waited for a worker', async () => {
  const queuedMs = 3 * 3_600_000;
  const late = await openActivityWorker(
    pipeline,
    {},
    async (info) => info.currentAttemptScheduledTimestampMs + queuedMs,
  );
  const now = Date.now();
  const { folder, source } = await begin(late, at('07'), ofRun('late', now)).extracted;
  expect(Date.parse(source.fetchedAt)).toBeGreaterThanOrEqual(now + queuedMs);
  await late.workDir.hourFolders.release(String(folder));
  await late.close();
});

it('a 404 counts when the hour is due at the request, although it was not when the attempt was scheduled', async () => {
  const window = at('08');
  pipeline.api.setFaults([`${window}=404`]);
  const dueMs = hourStartMs(window) + 3 * 3_600_000;
  const late = await openActivityWorker(pipeline, {}, async () => dueMs);
  const { source } = await begin(late, window, ofRun('late', dueMs - 60_000)).extracted;
  expect(source).toMatchObject({ httpStatus: 404 });
  await late.close();
});

it('when the server does not say when the attempt began, the scheduled time counts', async () => {
  const silent = await openActivityWorker(pipeline, {}, () => Promise.reject(new Error('denied')));
  const now = Date.now() - 3_600_000;
  const { source } = await begin(silent, at('03'), ofRun('silent', now)).extracted;
  expect(Date.parse(source.fetchedAt)).toBeGreaterThanOrEqual(now);
  expect(Date.parse(source.fetchedAt)).toBeLessThan(now + 3_600_000);
  await silent.close();
});
