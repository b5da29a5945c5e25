import { executeChild, proxyActivities } from '@temporalio/workflow';
import type { FanOutActivities } from './worker.ts';

const options = { startToCloseTimeout: '1m', heartbeatTimeout: '20s' } as const;

/** Runs days, `concurrency` of them at a time, each as one child `fanOutDay`. */
export async function fanOut(
  days: readonly number[],
  concurrency: number,
  hoursAtOnce: number,
): Promise<void> {
  const waiting = [...days];
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let day = waiting.shift(); day !== undefined; day = waiting.shift()) {
        await executeChild(fanOutDay, { args: [hoursAtOnce], workflowId: `fan-out-day-${day}` });
      }
    }),
  );
}

/**
 * Runs the 24 hours of a day, `hoursAtOnce` at a time: one activity on the shared task queue, then two on the
 * worker-specific one.
 */
export async function fanOutDay(hoursAtOnce: number): Promise<void> {
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  const shared = proxyActivities<FanOutActivities>(options);
  await Promise.all(
    Array.from({ length: hoursAtOnce }, async () => {
      for (let hour = hours.shift(); hour !== undefined; hour = hours.shift()) {
        const taskQueue = await shared.first();
        const own = proxyActivities<FanOutActivities>({ ...options, taskQueue });
        await own.second();
        await own.third();
      }
    }),
  );
}
