import { ApplicationFailure } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { MAX_INTERVAL_HOURS } from '../../core/interval.ts';
import type { IntervalProgress } from '../../workflows/progress.ts';
import { currentDetails } from '../support/current-details.ts';
import { holdExtracts, openStubWorker } from '../support/stub-worker.ts';

const worker = await openStubWorker();
const { stubs } = worker;

async function start(input: object): Promise<WorkflowHandle<() => Promise<IntervalProgress>>> {
  const { client, taskQueue } = worker;
  const workflowId = `${taskQueue}-${Math.random().toString(36).slice(2)}`;
  return client.workflow.start('exportInterval', { workflowId, taskQueue, args: [input] });
}

const interval = { start: '2026-05-01T00', end: '2026-05-01T07' };

describe('exportInterval', () => {
  it('takes every hour through extract, parse and upload, and adds up what landed', async () => {
    const progress = await (await start(interval)).result();
    expect(progress).toMatchObject({
      hours: 8,
      landed: 8,
      outdated: 0,
      failed: [],
      events: 16,
      rejected: 8,
      bytes: 80,
    });
    expect(stubs.calls).toHaveLength(1 + 3 * 8);
    expect(stubs.calls.filter((call) => call.includes('T05'))).toEqual([
      'extract 2026-05-01T05 1',
      'parse 2026-05-01T05 1',
      'upload 2026-05-01T05 1',
    ]);
  });

  it.each([
    [true, 'extract 2026-05-01T05 1', 'upload 2026-05-01T05 1'],
    ['rejected', 'extract 2026-05-01T05 1', 'upload 2026-05-01T05 1'],
    ['outputs', 'extract 2026-05-01T05 1 raw first', 'upload 2026-05-01T05 1 from bucket'],
    ['force', 'extract 2026-05-01T05 1 raw first', 'upload 2026-05-01T05 1 force from bucket'],
  ])('with reprocess %j takes hours through: %s, %s', async (reprocess, extract, upload) => {
    await (await start({ ...interval, reprocess })).result();
    expect(stubs.calls.filter((call) => call.includes('T05'))).toEqual([
      extract,
      'parse 2026-05-01T05 1',
      upload,
    ]);
  });

  it('adds up the events of other hours', async () => {
    stubs.outsideWindow = 2;
    expect(await (await start(interval)).result()).toMatchObject({ landed: 8, outsideWindow: 16 });
  });

  it('has no more hours in progress than the worker says', async () => {
    await (await start(interval)).result();
    expect(stubs.peak).toBeLessThanOrEqual(3);
  });

  it('has no more hours in progress than its input says', async () => {
    await (await start({ ...interval, hourConcurrency: 1 })).result();
    expect(stubs.peak).toBe(1);
    expect(stubs.calls[1]).toBe('extract 2026-05-01T00 1');
    expect(stubs.calls.at(-1)).toBe('upload 2026-05-01T07 1');
  });

  it('goes on past an hour that fails, and fails at its end with that hour and the reason', async () => {
    stubs.failures.set(
      'extract 2026-05-01T02 1',
      ApplicationFailure.nonRetryable('wrong keys', 'AccessDenied'),
    );
    stubs.failures.set(
      'upload 2026-05-01T04 1',
      ApplicationFailure.nonRetryable('no such bucket', 'BucketMissing'),
    );
    await expect((await start(interval)).result()).rejects.toMatchObject({
      cause: {
        type: 'HoursFailed',
        message:
          '2 of 8 hours failed. 2026-05-01T02: AccessDenied: wrong keys; 2026-05-01T04: BucketMissing: no such bucket',
        details: [
          {
            hours: 8,
            landed: 6,
            failed: [
              { window: '2026-05-01T02', type: 'AccessDenied', message: 'wrong keys' },
              { window: '2026-05-01T04', type: 'BucketMissing', message: 'no such bucket' },
            ],
          },
        ],
      },
    });
    expect(stubs.calls.filter((call) => call.startsWith('upload'))).toHaveLength(7);
    expect(stubs.calls.filter((call) => call.startsWith('discard'))).toEqual(['discard 2026-05-01T04']);
  });

  it('groups hours that failed for one reason, and names only some of them', async () => {
    for (let hour = 0; hour < 8; hour += 1) {
      stubs.failures.set(
        `extract 2026-05-01T0${hour} 1`,
        ApplicationFailure.nonRetryable('wrong keys', 'AccessDenied'),
      );
    }
    await expect((await start({ ...interval, hourConcurrency: 1 })).result()).rejects.toMatchObject({
      cause: {
        message:
          '8 of 8 hours failed. 2026-05-01T00, 2026-05-01T01, 2026-05-01T02 and 5 more: AccessDenied: wrong keys',
      },
    });
  });

  it("ends with the planning's own failure when it cannot plan", async () => {
    const call = `plan ${interval.start} ${interval.end} missing`;
    stubs.failures.set(call, ApplicationFailure.nonRetryable('the bucket is missing', 'BucketMissing'));
    await expect((await start(interval)).result()).rejects.toMatchObject({
      cause: { type: 'BucketMissing', message: 'the bucket is missing' },
    });
  });

  it('accepts a concurrency that is far above the number of hours', async () => {
    expect(await (await start({ ...interval, hourConcurrency: 1e10 })).result()).toMatchObject({ landed: 8 });
  });

  it('keeps the history of its longest interval below the point where Temporal suggests a new run', async () => {
    const handle = await start({ start: '2026-05-01T00', end: '2026-05-07T23', hourConcurrency: 20 });
    expect(await handle.result()).toMatchObject({ landed: MAX_INTERVAL_HOURS });
    expect((await handle.describe()).historyLength).toBeLessThan(4096);
  });
});

describe('landHour', () => {
  const hour = { start: '2026-05-01T00', end: '2026-05-01T00' };

  it('removes the files of an extract that succeeds after the run was cancelled', async () => {
    const handle = await start(hour);
    stubs.beforeExtractEnds = () => handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(stubs.calls.slice(1)).toEqual(['extract 2026-05-01T00 1', 'discard 2026-05-01T00']);
  });

  it('begins another round when the files are lost, and releases the slot', async () => {
    stubs.failures.set('parse 2026-05-01T00 1', ApplicationFailure.nonRetryable('gone', 'WorkFilesLost'));
    stubs.failures.set('upload 2026-05-01T00 2', ApplicationFailure.nonRetryable('damaged', 'MemberCorrupt'));
    expect(await (await start(hour)).result()).toMatchObject({ landed: 1 });
    expect(stubs.calls.slice(1)).toEqual([
      'extract 2026-05-01T00 1',
      'parse 2026-05-01T00 1',
      'discard 2026-05-01T00',
      'extract 2026-05-01T00 2',
      'parse 2026-05-01T00 2',
      'upload 2026-05-01T00 2',
      'discard 2026-05-01T00',
      'extract 2026-05-01T00 3',
      'parse 2026-05-01T00 3',
      'upload 2026-05-01T00 3',
    ]);
  });

  it('begins another round when extract finds its own files gone', async () => {
    stubs.failures.set('extract 2026-05-01T00 1', ApplicationFailure.nonRetryable('gone', 'WorkFilesLost'));
    expect(await (await start(hour)).result()).toMatchObject({ landed: 1 });
    expect(stubs.calls.slice(1, 3)).toEqual(['extract 2026-05-01T00 1', 'extract 2026-05-01T00 2']);
  });

  it('gives up after five rounds', async () => {
    for (let round = 1; round <= 5; round += 1) {
      stubs.failures.set(
        `parse 2026-05-01T00 ${round}`,
        ApplicationFailure.nonRetryable('damaged', 'MemberCorrupt'),
      );
    }
    await expect((await start(hour)).result()).rejects.toMatchObject({ cause: { type: 'HoursFailed' } });
    expect(stubs.calls.filter((call) => call.startsWith('extract'))).toHaveLength(5);
    expect(stubs.inFlight).toBe(0);
  });
});

describe('the signal setHourConcurrency', () => {
  it.each([[null], [-1], [1.5], ['8'], [{ hours: 8 }]])('ignores %j, and says so', async (hours) => {
    const { release } = holdExtracts(stubs);
    const handle = await start(interval);
    await expect.poll(() => stubs.inFlight).toBe(3);
    await handle.signal('setHourConcurrency', hours);
    await expect.poll(() => currentDetails(handle)).toContain(`is not a number of hours`);
    expect(await currentDetails(handle)).toContain(JSON.stringify(hours));
    release();
    expect(await handle.result()).toMatchObject({ landed: 8 });
    expect(stubs.peak).toBe(3);
  });

  it('pauses the run with 0, and removes the note on an invalid value', async () => {
    const { release } = holdExtracts(stubs);
    const handle = await start(interval);
    await handle.signal('setHourConcurrency', 0);
    await handle.signal('setHourConcurrency', '`'.repeat(500));
    await expect.poll(() => currentDetails(handle)).toContain('is not a number of hours');
    expect((await currentDetails(handle)).length).toBeLessThan(500);
    await handle.signal('setHourConcurrency', 8);
    await expect.poll(() => stubs.inFlight).toBe(8);
    expect(await currentDetails(handle)).not.toContain('is not a number of hours');
    release();
    await handle.result();
  });
});
