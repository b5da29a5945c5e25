import type { Client } from '@temporalio/client';
import type { BackfillProgress } from '../../workflows/backfill-progress.ts';
import { backfillProgressQuery, progressQuery } from '../../workflows/messages.ts';
import type { IntervalProgress } from '../../workflows/progress.ts';
import { follow } from '../runs/follow.ts';
import type { BackfillHandle } from './start-backfill.ts';
import { ProgressText } from '../terminal/progress-text.ts';

/** Most days in progress whose progress is queried: each query is work for a worker. */
const MAX_DAYS_QUERIED = 16;

/** The progress of a backfill and of its days in progress. */
interface ProgressWithDays {
  readonly backfill: BackfillProgress;
  readonly days: readonly IntervalProgress[];
}

/**
 * Shows the progress of a backfill until it has ended, and returns its result.
 * @throws RunFailed with the type and message of the backfill's failure
 */
export async function followBackfill(
  client: Client,
  handle: BackfillHandle,
  taskQueue: string,
): Promise<BackfillProgress> {
  const text = new ProgressText();
  const run = {
    workflowId: handle.workflowId,
    result: async (): Promise<ProgressWithDays> => ({ backfill: await handle.result(), days: [] }),
    readProgress: async (): Promise<ProgressWithDays> => {
      const backfill = await handle.query(backfillProgressQuery);
      return { backfill, days: await queryDays(client, backfill.inProgress) };
    },
    describe: ({ backfill, days }: ProgressWithDays) => {
      const sum = (of: (day: IntervalProgress) => number): number =>
        days.reduce((total, day) => total + of(day), 0);
      return text.describe({
        ...backfill,
        landed: backfill.landed + sum((day) => day.landed),
        outdated: (backfill.outdated ?? 0) + sum((day) => day.outdated ?? 0),
        failed: backfill.failed + sum((day) => day.failed.length),
        inProgress: sum((day) => day.inProgress.length),
        events: backfill.events + sum((day) => day.events),
        rejected: backfill.rejected + sum((day) => day.rejected),
        outsideWindow: (backfill.outsideWindow ?? 0) + sum((day) => day.outsideWindow ?? 0),
        bytes: backfill.bytes + sum((day) => day.bytes),
      });
    },
  };
  return (await follow(client, run, taskQueue)).backfill;
}

async function queryDays(client: Client, ids: readonly string[]): Promise<IntervalProgress[]> {
  if (ids.length > MAX_DAYS_QUERIED) return [];
  const queries = await Promise.allSettled(
    ids.map(async (id) => client.workflow.getHandle(id).query(progressQuery)),
  );
  return queries.flatMap((query) => (query.status === 'fulfilled' ? [query.value] : []));
}
