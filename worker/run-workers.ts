import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
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
 * Runs both workers until the signal, then stops them in order. The shared queue is no longer polled, and hours that wait for a
 * slot are handed back. Hours with files go on, as their next steps come on the worker-specific queue, until they have landed
 * or their time is over. When one worker fails, the other stops too.
 * @throws what a worker fails with
 */
export async function runWorkers(
  workers: Workers,
  hourFolders: HourFolders,
  stop: AbortSignal,
): Promise<void> {
  const both = [workers.shared, workers.own];
  const leave = (): void => void stopInOrder(workers, hourFolders);
  stop.addEventListener('abort', leave, { once: true });
  const runs = both.map(async (worker) => {
    try {
      await worker.run();
    } catch (error) {
      for (const other of both) shutDown(other);
      throw error;
    }
  });
  const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
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
