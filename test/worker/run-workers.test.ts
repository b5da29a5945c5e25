import { once } from 'node:events';
import { IllegalStateError } from '@temporalio/common';
import type { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import type { HourFolders } from '../../work-dir/hour-folders.ts';
import { runWorkers } from '../../worker/run-workers.ts';

type State = ReturnType<Worker['getState']>;

/** A worker of the SDK in a state, whose `run` ends as a test says. */
function workerIn(state: State, run: () => Promise<void>): Worker {
  return { getState: () => state, run, shutdown: () => undefined } as unknown as Worker;
}

const never = (): Promise<void> => new Promise(() => undefined);
const noHours = {} as HourFolders;
const noStop = new AbortController().signal;

it.each([
  ['does not end', never],
  ['cannot end', () => Promise.reject(new IllegalStateError('Worker still in use'))],
])('a worker that has failed and %s is left', async (_, run) => {
  const failed = workerIn('FAILED', run);
  const running = runWorkers({ shared: failed, own: failed }, noHours, noStop, 1);
  await expect(running).rejects.toMatchObject({ type: 'TemporalUnreachable' });
});

it('a worker that fails and ends keeps its own error', async () => {
  const failure = new Error('the own error');
  const failed = workerIn('FAILED', () => Promise.reject(failure));
  await expect(runWorkers({ shared: failed, own: failed }, noHours, noStop, 1)).rejects.toBe(failure);
});

it('workers that have stopped end without an error', async () => {
  const stopped = workerIn('STOPPED', () => Promise.resolve());
  await expect(runWorkers({ shared: stopped, own: stopped }, noHours, noStop, 1)).resolves.toBeUndefined();
});

it('a signal that came before the workers ran stops them', async () => {
  const left: string[] = [];
  const running = (name: string): Worker => {
    const stopped = new AbortController();
    const run = async (): Promise<unknown> => once(stopped.signal, 'abort');
    const shutdown = (): void => {
      left.push(name);
      stopped.abort();
    };
    return { getState: () => 'RUNNING', run, shutdown } as unknown as Worker;
  };
  const hours = { leave: () => undefined, slots: { used: 0 } } as unknown as HourFolders;
  const workers = { shared: running('shared'), own: running('own') };
  await runWorkers(workers, hours, AbortSignal.abort());
  expect(left).toEqual(['shared', 'own']);
});
