import { executeChild, proxyActivities } from '@temporalio/workflow';
import type { FanOutActivities } from './worker.ts';

const options = { startToCloseTimeout: '1m', heartbeatTimeout: '20s' } as const;

/** Days, as many at a time as there are concurrency; each is one run of `fanOutDay`. */
export async function fanOut(days: readonly number[], concurrency: number, hoursADay: number): Promise<void> {
  const waiting = [...days];
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let day = waiting.shift(); day !== undefined; day = waiting.shift()) {
        await executeChild(fanOutDay, { args: [hoursADay], workflowId: `fan-out-day-${day}` });
      }
    }),
  );
}

/** The 24 hours of a day, so many at a time: one activity on the shared task queue, then two on the worker-specific one. */
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
