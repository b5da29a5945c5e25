import type { TimerOptions } from 'node:timers';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BucketDenied, BucketMissing, BucketUnavailable } from '../../bronze/errors.ts';
import { ConfigurationInvalid } from '../../config/errors.ts';
import { TemporalUnreachable } from '../../config/temporal.ts';
import { retryStep } from '../../worker/start-patience.ts';

// The waits use Node's timers, which no fake clock moves: the test records the requested times instead.
const slept: number[] = [];
let now = 0;
let onSleep = (): void => undefined;

vi.mock(import('node:timers/promises'), async (original) => ({
  ...(await original()),
  setTimeout: async <T>(ms?: number, value?: T, options?: TimerOptions): Promise<T> => {
    slept.push(ms ?? 0);
    now += ms ?? 0;
    onSleep();
    options?.signal?.throwIfAborted();
    return value as T;
  },
}));

const told: LogEntry[] = [];
const logger = new DefaultLogger('WARN', (entry) => void told.push(entry));
let stop = new AbortController();

beforeEach(() => {
  slept.length = 0;
  told.length = 0;
  now = 1000;
  onSleep = () => undefined;
  stop = new AbortController();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

afterEach(() => vi.restoreAllMocks());

/** A step that fails this often before it returns `done`. */
function step(error: Error, failures: number): () => Promise<string> {
  let left = failures;
  return async () => {
    left -= 1;
    if (left >= 0) throw error;
    return 'done';
  };
}

async function start(failing: () => Promise<string>): Promise<string> {
  return retryStep('the bucket', failing, { signal: stop.signal, logger });
}

const silent = new BucketUnavailable('no answer');

describe('a step of a worker’s start', () => {
  it('that succeeds is not logged', async () => {
    expect(await start(step(silent, 0))).toBe('done');
    expect(told).toEqual([]);
  });

  it.each([silent, new TemporalUnreachable('no server', { isSilent: true })])(
    'is tried again after %s, ever more rarely, which is told once',
    async (error) => {
      expect(await start(step(error, 7))).toBe('done');
      expect(slept).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
      expect(told).toMatchObject([
        {
          level: 'WARN',
          message: 'waiting for the bucket, for at most 2 minutes',
          meta: { reason: error },
        },
      ]);
    },
  );

  it('fails with the last error when two minutes are over', async () => {
    await expect(start(step(silent, Infinity))).rejects.toBe(silent);
    expect(now - 1000).toBe(120_000);
  });

  it.each([
    new BucketMissing('no bucket'),
    new BucketDenied('denied'),
    new ConfigurationInvalid(['WORK_DIR']),
    new TemporalUnreachable('refused'),
    new TypeError('a fault of the program'),
  ])('fails at once with %s', async (error) => {
    await expect(start(step(error, 1))).rejects.toBe(error);
    expect([slept, told]).toEqual([[], []]);
  });

  it('ends with the signal while it is in progress', async () => {
    const starting = start(() => new Promise<string>(() => undefined));
    const reason = new Error('stop');
    stop.abort(reason);
    await expect(starting).rejects.toBe(reason);
  });

  it('ends with the signal while it waits, and does not start again', async () => {
    const reason = new Error('stop');
    onSleep = () => stop.abort(reason);
    const failing = vi.fn(step(silent, Infinity));
    await expect(start(failing)).rejects.toBe(reason);
    await expect(start(failing)).rejects.toBe(reason);
    expect(failing).toHaveBeenCalledTimes(1);
  });
});
