import { setTimeout as sleep } from 'node:timers/promises';
import { IllegalStateError } from '@temporalio/common';
import type { Worker } from '@temporalio/worker';
import { TemporalUnreachable } from '../config/temporal.ts';
import type { HourFolders } from '../work-dir/hour-folders.ts';

/** The two workers of the SDK in one process: for the shared task queue, and for the worker-specific one. */
export interface Workers {
  readonly shared: Worker;
  readonly own: Worker;
}

/** How long the hours of a worker may go on after a signal to stop, in milliseconds. Then they are handed back. */
export const STOP_GRACE_MS = 30_000;

/**
 * For so long after the last task, the next step of an hour may come, in milliseconds. If none does, no other worker runs the
 * workflows, and waiting is in vain.
 */
const NEXT_STEP_WITHIN_MS = 3_000;

const LOOK_EVERY_MS = 100;

/**
 * A worker whose polls the server refuses fails after a minute. Its other polls may go on without end, and `run` with them: for
 * so long it may take to end by itself, in milliseconds.
 */
const FAILED_ENDS_WITHIN_MS = 5_000;

/**
 * Runs both workers until the signal, then stops them in order. The shared queue is no longer polled, and hours that wait for a
 * slot are handed back. Hours with files go on, as their next steps come on the worker-specific queue, until they have landed
 * or their time is over. When one worker fails, the other stops too.
 * @throws what a worker fails with; TemporalUnreachable when it has failed and does not end
 */
export async function runWorkers(
  workers: Workers,
  hourFolders: HourFolders,
  stop: AbortSignal,
  failedEndsWithinMs = FAILED_ENDS_WITHIN_MS,
): Promise<void> {
  const both = [workers.shared, workers.own];
  const runs = both.map(async (worker) => {
    try {
      await runToEnd(worker, failedEndsWithinMs);
    } catch (error) {
      for (const other of both) shutDown(other);
      throw error;
    }
  });
  // Only workers that run can be shut down.
  const leave = (): void => void stopInOrder(workers, hourFolders);
  if (stop.aborted) leave();
  else stop.addEventListener('abort', leave, { once: true });
  const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function runToEnd(worker: Worker, failedEndsWithinMs: number): Promise<void> {
  const ended = new AbortController();
  try {
    await Promise.race([worker.run(), unlessItEnds(worker, failedEndsWithinMs, ended.signal)]);
  } catch (error) {
    // The SDK could not end its other polls, and says only that.
    throw error instanceof IllegalStateError && worker.getState() === 'FAILED' ? hasFailed() : error;
  } finally {
    ended.abort();
  }
}

function hasFailed(): TemporalUnreachable {
  return new TemporalUnreachable(
    'the worker failed, as when the Temporal server refuses its polls; its log has the reason',
  );
}

/** Rejects when the worker has failed and its time to end is over, or at the signal. */
async function unlessItEnds(worker: Worker, withinMs: number, signal: AbortSignal): Promise<never> {
  while (worker.getState() !== 'FAILED') await sleep(LOOK_EVERY_MS, undefined, { signal });
  await sleep(withinMs, undefined, { signal });
  throw hasFailed();
}

async function stopInOrder({ shared, own }: Workers, hourFolders: HourFolders): Promise<void> {
  shutDown(shared);
  hourFolders.leave();
  const beganAt = performance.now();
  let busyAt = beganAt;
  while (hourFolders.slots.used > 0) {
    const now = performance.now();
    if (activitiesOf(shared) + activitiesOf(own) > 0) busyAt = now;
    if (now - beganAt > STOP_GRACE_MS || now - busyAt > NEXT_STEP_WITHIN_MS) break;
    await sleep(LOOK_EVERY_MS);
  }
  shutDown(own);
}

function activitiesOf(worker: Worker): number {
  return worker.getStatus().numInFlightActivities;
}

function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}
