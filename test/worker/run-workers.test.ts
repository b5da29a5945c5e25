import { IllegalStateError } from '@temporalio/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { runWorkers, WorkerFailed, type Workers } from '../../worker/run-workers.ts';

// The waits use Node's timers, which no fake clock moves: the test records the requested times instead.
const slept: number[] = [];

vi.mock(import('node:timers/promises'), async (original) => ({
  ...(await original()),
  setTimeout: async <T>(ms?: number, value?: T): Promise<T> => {
    slept.push(ms ?? 0);
    await new Promise(setImmediate);
    return value as T;
  },
}));

beforeEach(() => {
  slept.length = 0;
});

type Fake = Workers['own'];
type State = ReturnType<Fake['getState']>;

/** A worker of the SDK in a state, whose run settles as `run` does. */
function fake(run: Promise<void>, state: State = 'RUNNING') {
  const shutdown = vi.fn<() => void>();
  return { run: () => run, getState: () => state, getStatus: vi.fn<Fake['getStatus']>(), shutdown };
}

const never = new Promise<void>(() => undefined);
const refused = (): Promise<void> => Promise.reject(new Error('invalid API key'));
const stillInUse = (): Promise<void> =>
  Promise.reject(new IllegalStateError('Worker still in use: Expected 1 reference, but got 2'));

/** A worker of the SDK whose run ends when it is shut down. */
function fakeUntilShutDown() {
  const stopped = new AbortController();
  const worker = fake(new Promise((resolve) => stopped.signal.addEventListener('abort', () => resolve())));
  worker.shutdown.mockImplementation(() => stopped.abort());
  return worker;
}

const leave = vi.fn<() => void>();

function run(shared: Fake, own: Fake, stop = new AbortController().signal): Promise<void> {
  return runWorkers({ shared, own }, { slots: { used: 0, free: 1 }, leave }, stop);
}

describe('two workers of the SDK', () => {
  it.each([
    ['shared', fake(never, 'FAILED'), fake(never)],
    ['worker-specific', fake(never), fake(never, 'FAILED')],
    ['shared, then the worker-specific', fake(never, 'FAILED'), fake(never, 'FAILED')],
  ])('are given up ten seconds after the %s one has failed and neither ends', async (_, shared, own) => {
    leave.mockClear();
    await expect(run(shared, own)).rejects.toThrow(WorkerFailed);
    expect(slept).toEqual([10_000]);
    expect(leave).toHaveBeenCalledOnce();
    for (const worker of [shared, own])
      expect(worker.shutdown).toHaveBeenCalledTimes(worker.getState() === 'RUNNING' ? 1 : 0);
  });

  it('fail with the reason of the one that tells it, though the other does not end', async () => {
    await expect(run(fake(never), fake(refused(), 'FAILED'))).rejects.toThrow('invalid API key');
  });

  it('do not fail with what the SDK says in the place of the reason', async () => {
    await expect(run(fake(stillInUse(), 'FAILED'), fake(never))).rejects.toThrow(WorkerFailed);
    await expect(run(fake(stillInUse()), fake(refused()))).rejects.toThrow('invalid API key');
  });

  it('end well when both were told to stop', async () => {
    const stop = new AbortController();
    const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
    const running = run(fake(stopped), fake(stopped), stop.signal);
    stop.abort();
    await expect(running).resolves.toBeUndefined();
    expect(slept).not.toContain(10_000);
  });

  it('are stopped by a signal that came before they ran', async () => {
    const [shared, own] = [fakeUntilShutDown(), fakeUntilShutDown()];
    await run(shared, own, AbortSignal.abort());
    for (const { shutdown } of [shared, own]) expect(shutdown).toHaveBeenCalled();
  });
});
