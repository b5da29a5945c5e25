import { setTimeout as sleep } from 'node:timers/promises';
import { IllegalStateError } from '@temporalio/common';
import type { Worker } from '@temporalio/worker';
import type { HourFolders } from '../work-dir/hour-folders.ts';

type SdkWorker = Pick<Worker, 'run' | 'shutdown' | 'getState' | 'getStatus'>;

/** The two workers of the SDK in one process: for the shared task queue, and for the worker-specific one. */
export interface Workers {
  readonly shared: SdkWorker;
  readonly own: SdkWorker;
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
 * How long both workers may take to end once one has failed, in milliseconds. A worker whose polls the server refuses may never
 * end by itself: the SDK waits for calls that are refused as well.
 */
const FAILED_GRACE_MS = 10_000;

/** A worker of the SDK has failed, and only the log has the reason. */
export class WorkerFailed extends Error {}

/**
 * Runs both workers until the signal, then stops them in order. The shared queue is no longer polled, and hours that wait for a
 * slot are handed back. Hours with files go on, as their next steps come on the worker-specific queue, until they have landed
 * or their time is over. When one worker fails, the other stops too, and those that have not ended after FAILED_GRACE_MS
 * are given up.
 * @throws what a worker fails with, or WorkerFailed
 */
export async function runWorkers(
  workers: Workers,
  hourFolders: Pick<HourFolders, 'slots' | 'leave'>,
  stop: AbortSignal,
): Promise<void> {
  const both = [workers.shared, workers.own];
  const running = new Set(both);
  const reasons: unknown[] = [];
  const runs = both.map(async (worker) => {
    await worker.run().catch((error: unknown) => reasons.push(error));
    running.delete(worker);
  });
  // Only workers that run can be shut down.
  const leave = (): void => void stopInOrder(workers, hourFolders);
  if (stop.aborted) leave();
  else stop.addEventListener('abort', leave, { once: true });
  const hasFailed = (): boolean =>
    reasons.length > 0 || both.some((worker) => worker.getState() === 'FAILED');
  while (running.size > 0 && !hasFailed()) await sleep(LOOK_EVERY_MS);
  if (!hasFailed()) return;
  hourFolders.leave();
  for (const worker of both) shutDown(worker);
  await Promise.race([Promise.all(runs), sleep(FAILED_GRACE_MS)]);
  // The SDK could not end the polls that were open, and says that in the place of the reason.
  throw reasons.find((reason) => !(reason instanceof IllegalStateError)) ?? new WorkerFailed();
}

async function stopInOrder(
  { shared, own }: Workers,
  hourFolders: Pick<HourFolders, 'slots' | 'leave'>,
): Promise<void> {
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

function activitiesOf(worker: SdkWorker): number {
  return worker.getStatus().numInFlightActivities;
}

function shutDown(worker: SdkWorker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}
