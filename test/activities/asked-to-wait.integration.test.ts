import { ApplicationFailure } from '@temporalio/activity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HeartbeatDetails } from '../../activities/heartbeat.ts';
import { hourStartMs, parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { ActivityAttempt, openActivityWorker } from '../support/activity-worker.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
});

afterAll(() => pipeline.close());

/**
 * The failures of consecutive attempts, each scheduled when the server would: after the wait that the last one asked
 * for.
 */
async function* failures(
  window: HourWindow,
  firstMs: number,
  env: Readonly<Record<string, string>> = {},
): AsyncGenerator<ApplicationFailure> {
  let heartbeatDetails: HeartbeatDetails | undefined;
  let currentAttemptScheduledTimestampMs = firstMs;
  for (let attempt = 1; ; attempt += 1) {
    // A worker of its own, because the first one would make the others wait; and a prefix for each test.
    const worker = await openActivityWorker(pipeline, { S3_PREFIX: window, ...env });
    const run = new ActivityAttempt({ attempt, heartbeatDetails, currentAttemptScheduledTimestampMs });
    const failure: unknown = await run
      .run(worker.activities.extract, { window, round: 1 })
      .catch((e: unknown) => e);
    await worker.close();
    if (!(failure instanceof ApplicationFailure)) throw new Error(`attempt ${attempt} did not fail`);
    yield failure;
    heartbeatDetails = run.heartbeats.at(-1);
    currentAttemptScheduledTimestampMs += Number(failure.nextRetryDelay ?? 60_000);
  }
}

it('four waits of an hour each, as the source asks, do not use up HOUR_RETRY_FOR', async () => {
  const window = parseHourWindow('2026-04-08T01');
  pipeline.api.setFaults([`${window}=429:3600*4`, `${window}=500`]);
  const types: (string | null | undefined)[] = [];
  for await (const { type } of failures(window, Date.now())) {
    types.push(type);
    if (types.length === 6) break;
  }
  expect(types).toEqual([
    ...Array.from({ length: 4 }, () => 'RateLimited'),
    'SourceUnavailable',
    'SourceUnavailable',
  ]);
});

it('a source that asks to wait for ever fails the hour after a day of waits and HOUR_RETRY_FOR', async () => {
  const window = parseHourWindow('2026-04-08T02');
  pipeline.api.setFaults([`${window}=429:3600`]);
  let waits = 0;
  let last: ApplicationFailure | undefined;
  for await (last of failures(window, Date.now())) {
    if (last.type !== 'RateLimited' || waits === 40) break;
    waits += 1;
  }
  expect(last?.type).toBe('RetriesExhausted');
  expect(last?.message).toContain('24 hours in which the source asked to wait');
  // The time is counted from the first retry, after its wait. One more attempt: the waits for a slot, though very
  // short, are excluded too.
  expect([1 + 24 + 2, 1 + 24 + 2 + 1]).toContain(waits);
});

it('the wait until an hour is due does not use up HOUR_RETRY_FOR, however long it is', async () => {
  const window = parseHourWindow('2026-04-08T03');
  pipeline.api.setFaults([`${window}=500*2`, `${window}=404*1`, `${window}=500`]);
  const types: (string | null | undefined)[] = [];
  for await (const { type } of failures(window, hourStartMs(window), { HOUR_DUE_AFTER: '72h' })) {
    types.push(type);
    if (types.length === 5) break;
  }
  expect(types).toEqual([
    'SourceUnavailable',
    'SourceUnavailable',
    'HourNotDue',
    'SourceUnavailable',
    'SourceUnavailable',
  ]);
});
