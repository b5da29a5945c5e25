import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { beforeEach, describe, expect, it } from 'vitest';
import { hourStartMs, hourWindowAt, parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { parseInterval } from '../../core/interval.ts';
import { Ledger } from '../../bronze/ledger.ts';
import { ActivityAttempt, parseInput } from '../support/activity-worker.ts';
import { landed, served } from '../support/landed-lines.ts';
import { openSharedActivityWorker } from '../support/shared-activity-worker.ts';

const at = (hour: string): HourWindow => parseHourWindow(`2026-04-05T${hour}`);

const { pipeline, worker: one } = await openSharedActivityWorker({ HOURS_PER_WORKER: '1' });

beforeEach(() => pipeline.api.setFaults([]));

/** The failure of an attempt, as Temporal would see it. */
async function failureOf(run: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await run.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ApplicationFailure) return error;
  throw error;
}

describe('the chain of one hour', () => {
  it('lands the hour and leaves no files or slot on the worker', async () => {
    const { extract, parse, upload } = one.activities;
    const hour = { window: at('00'), round: 1 };
    const extracted = await new ActivityAttempt().run(extract, hour);
    const { folder, source, workerTaskQueue } = extracted;
    expect(await one.workFolders()).toEqual([folder]);
    expect({ workerTaskQueue, source }).toMatchObject({
      workerTaskQueue: 'worker-queue',
      source: { httpStatus: 200 },
    });
    const lines = served(pipeline.sample, hour.window);
    const parsed = await new ActivityAttempt().run(parse, parseInput(hour, extracted));
    expect(parsed).toMatchObject({ events: lines.events.length, rejected: 0 });
    const uploaded = await new ActivityAttempt().run(upload, { ...hour, folder, source });
    expect(uploaded).toMatchObject({
      outcome: 'landed',
      status: 'complete',
      revision: 1,
      events: lines.events.length,
    });
    const manifest = (await new Ledger(pipeline.bucket, pipeline.prefix).read([hour.window])).get(
      hour.window,
    );
    expect(manifest && (await landed(pipeline.bucket, manifest))).toEqual(lines);
    expect(manifest).toMatchObject({ workflowId: 'test-workflow', runId: 'test-run', producer: 'test/1' });
    expect(await one.workFolders()).toEqual([]);
  });

  it('has no files for an hour without data', async () => {
    const extracted = await new ActivityAttempt().run(one.activities.extract, { window: at('03'), round: 1 });
    expect(extracted).toMatchObject({ folder: null, source: { httpStatus: 404, bytes: 0, sha256: null } });
  });
});

describe('extract', () => {
  it('refuses an invalid hour, which would become part of paths and keys', async () => {
    const window = '../../elsewhere' as HourWindow;
    const failure = await failureOf(new ActivityAttempt().run(one.activities.extract, { window, round: 1 }));
    expect(failure).toMatchObject({ type: 'WindowInvalid', nonRetryable: true });
    expect(await one.workFolders()).toEqual([]);
  });

  it('waits for a slot before its request, and stops waiting when it is cancelled', async () => {
    const holder = await one.workDir.hourFolders.acquire(at('01'), new AbortController().signal);
    const asked = pipeline.api.requests.length;
    const waiting = new ActivityAttempt();
    const cancelled = new ActivityAttempt();
    const first = waiting.run(one.activities.extract, { window: at('01'), round: 1 });
    const second = cancelled.run(one.activities.extract, { window: at('02'), round: 1 });
    cancelled.cancel();
    await expect(second).rejects.toBeInstanceOf(CancelledFailure);
    expect(pipeline.api.requests).toHaveLength(asked);
    await one.workDir.hourFolders.release(holder.name);
    const { folder } = await first;
    expect(pipeline.api.requests).toHaveLength(asked + 1);
    await one.workDir.hourFolders.release(String(folder));
  });

  it('sends heartbeats while the source does not answer', async () => {
    pipeline.api.setFaults([`${at('08')}=stall`]);
    const asked = pipeline.api.requests.length;
    const attempt = new ActivityAttempt();
    const run = attempt.run(one.activities.extract, { window: at('08'), round: 1 });
    await expect.poll(() => pipeline.api.requests.length).toBeGreaterThan(asked);
    await one.workDir.hourFolders.releaseIdle(0);
    expect(await one.workFolders()).toHaveLength(1);
    attempt.cancel();
    await expect(run).rejects.toBeInstanceOf(CancelledFailure);
    expect(await one.workFolders()).toEqual([]);
  });

  it('passes Retry-After on, and the worker requests no other hour until then', async () => {
    pipeline.api.setFaults([`${at('04')}=429:1*1`]);
    const failure = await failureOf(
      new ActivityAttempt().run(one.activities.extract, { window: at('04'), round: 1 }),
    );
    expect(failure).toMatchObject({ type: 'RateLimited', nonRetryable: false, nextRetryDelay: 1000 });
    const limitedAt = pipeline.api.requests.at(-1)?.at ?? 0;
    const { folder } = await new ActivityAttempt().run(one.activities.extract, {
      window: at('05'),
      round: 1,
    });
    expect((pipeline.api.requests.at(-1)?.at ?? 0) - limitedAt).toBeGreaterThanOrEqual(950);
    await one.workDir.hourFolders.release(String(folder));
  });

  it('leaves the wait to the retry policy when Retry-After is no wait', async () => {
    pipeline.api.setFaults([`${at('04')}=429:0*1`]);
    const attempt = new ActivityAttempt().run(one.activities.extract, { window: at('04'), round: 1 });
    const failure = await failureOf(attempt);
    expect(failure).toMatchObject({ type: 'RateLimited', nonRetryable: false });
    expect(failure.nextRetryDelay).toBeUndefined();
  });

  it('does not accept a 404 before the hour is due', async () => {
    pipeline.api.setFaults([`${at('06')}=404`]);
    const oneHourIn = hourStartMs(at('06')) + 3_600_000;
    const early = new ActivityAttempt({ currentAttemptScheduledTimestampMs: oneHourIn });
    const failure = await failureOf(early.run(one.activities.extract, { window: at('06'), round: 1 }));
    expect(failure).toMatchObject({ type: 'HourNotDue', nonRetryable: false });
    expect(failure.nextRetryDelay).toBeLessThanOrEqual(2 * 3_600_000);
    expect(failure.nextRetryDelay).toBeGreaterThan(1.9 * 3_600_000);
  });

  it('fails at once on an error that no retry can heal', async () => {
    pipeline.api.setFaults([`${at('06')}=403`]);
    const failure = await failureOf(
      new ActivityAttempt().run(one.activities.extract, { window: at('06'), round: 1 }),
    );
    expect(failure).toMatchObject({ type: 'AccessDenied', nonRetryable: true });
  });

  it('gives up once it has been retried for HOUR_RETRY_FOR, counted by the server from the first retry', async () => {
    pipeline.api.setFaults([`${at('06')}=500`]);
    const now = Date.now();
    const second = new ActivityAttempt({ attempt: 2, currentAttemptScheduledTimestampMs: now });
    const failure = await failureOf(second.run(one.activities.extract, { window: at('06'), round: 1 }));
    expect(failure).toMatchObject({ type: 'SourceUnavailable', nonRetryable: false });
    expect(second.heartbeats.at(-1)).toMatchObject({ retryingSinceMs: now });
    const third = new ActivityAttempt({
      attempt: 3,
      heartbeatDetails: second.heartbeats.at(-1),
      currentAttemptScheduledTimestampMs: now + 2 * 3_600_000 + 60_000,
    });
    const end = await failureOf(third.run(one.activities.extract, { window: at('06'), round: 1 }));
    expect(end).toMatchObject({ type: 'RetriesExhausted', nonRetryable: true });
    expect(end.message).toContain('SourceUnavailable');
  });

  it('does not count the wait for a slot as a retry', async () => {
    const holder = await one.workDir.hourFolders.acquire(at('01'), new AbortController().signal);
    pipeline.api.setFaults([`${at('06')}=500`]);
    const now = Date.now();
    const second = new ActivityAttempt({ attempt: 2, currentAttemptScheduledTimestampMs: now });
    const failed = failureOf(second.run(one.activities.extract, { window: at('06'), round: 1 }));
    await sleep(200);
    await one.workDir.hourFolders.release(holder.name);
    await failed;
    const { waitedMs = 0 } = second.heartbeats.at(-1) ?? {};
    expect(waitedMs).toBeGreaterThan(50);
    const details = { retryingSinceMs: now, waitedMs: 3_600_000 };
    const later = now + 2.5 * 3_600_000;
    const third = new ActivityAttempt({
      attempt: 3,
      heartbeatDetails: details,
      currentAttemptScheduledTimestampMs: later,
    });
    const end = await failureOf(third.run(one.activities.extract, { window: at('06'), round: 1 }));
    expect(end.type).toBe('SourceUnavailable');
  });

  it('logs the step of the round before in which its worker was lost', async () => {
    const attempt = new ActivityAttempt({ activityType: 'extract' });
    await attempt.run(one.activities.extract, { window: at('03'), round: 2, lostStep: 'parse' });
    const key = 'amplitude/logs/dt=2026-04-05/hour=03/test-run-extract-2.1.csv';
    expect((await pipeline.bucket.getText(key))?.text).toMatch(/,attempt,parse of round 1,,,,,killed,/);
  });

  it('logs an earlier attempt that was killed before it could write a log', async () => {
    const second = new ActivityAttempt({ attempt: 2, activityType: 'extract' });
    await second.run(one.activities.extract, { window: at('03'), round: 1 });
    const key = 'amplitude/logs/dt=2026-04-05/hour=03/test-run-extract-2.csv';
    expect((await pipeline.bucket.getText(key))?.text).toMatch(
      /,extract,2,2026-04-05T03,attempt,1,,,,,killed,/,
    );
  });
});

async function plannedDays(input: { start: string; end: string }, newestFirst: boolean) {
  const interval = parseInterval(input);
  const plan = { interval, select: 'missing', newestFirst } as const;
  return new ActivityAttempt().run(one.activities.planBackfill, plan);
}

describe('planBackfill', () => {
  it('gives the days with hours to export, oldest or newest first', async () => {
    const interval = { start: '2025-06-01T22', end: '2025-06-03T01' };
    const oldest = [
      ['2025-06-01', 2],
      ['2025-06-02', 24],
      ['2025-06-03', 2],
    ];
    expect(await plannedDays(interval, false)).toMatchObject({ days: oldest, alreadyLanded: 0 });
    expect(await plannedDays(interval, true)).toMatchObject({ days: oldest.toReversed() });
  });

  it('puts days with hours that are not due last, because all others would wait for them', async () => {
    const today = hourWindowAt(Date.now());
    const start = hourWindowAt(Date.now() - 72 * 3_600_000);
    const planned = await plannedDays({ start, end: today }, true);
    expect(planned.days.at(-1)?.[0]).toBe(today.slice(0, 10));
    expect(planned.days[0]?.[0]).not.toBe(today.slice(0, 10));
  });
});

describe('parse, with another archive than the one that was checked', () => {
  it('asks for another round', async () => {
    const hour = { window: at('07'), round: 1 };
    const input = parseInput(hour, await new ActivityAttempt().run(one.activities.extract, hour));
    const { folder } = input;
    await one.workDir.hourFolders.use(folder, ({ path }) => appendFile(join(path, 'export.zip'), 'x'));
    const failure = await failureOf(new ActivityAttempt().run(one.activities.parse, input));
    expect(failure).toMatchObject({ type: 'WorkFilesLost', nonRetryable: true });
    await new ActivityAttempt().run(one.activities.discard, { folder });
  });
});

describe('parse and upload, without the files', () => {
  it('ask for another round', async () => {
    const { extract, parse, upload } = one.activities;
    const hour = { window: at('07'), round: 1 };
    const archive = { bytes: 0, sha256: '', crc64nvme: '' };
    const lost = await failureOf(
      new ActivityAttempt().run(parse, { ...hour, folder: '2026-04-05T07-00000000', archive, fetchedAt: '' }),
    );
    expect(lost).toMatchObject({ type: 'WorkFilesLost', nonRetryable: true });

    const extracted = await new ActivityAttempt().run(extract, hour);
    const { folder, source } = extracted;
    await one.workDir.hourFolders.use(String(folder), ({ path }) => rm(path, { recursive: true }));
    const gone = await failureOf(new ActivityAttempt().run(parse, parseInput(hour, extracted)));
    expect(gone).toMatchObject({ type: 'WorkFilesLost', nonRetryable: true });
    const notParsed = await failureOf(new ActivityAttempt().run(upload, { ...hour, folder, source }));
    expect(notParsed).toMatchObject({ type: 'WorkFilesLost', nonRetryable: true });
    await new ActivityAttempt().run(one.activities.discard, { folder: String(folder) });
  });
});
