import type { Client } from '@temporalio/client';
import type { BackfillProgress } from '../../workflows/backfill-progress.ts';
import { backfillProgressQuery, progressQuery } from '../../workflows/messages.ts';
import type { IntervalProgress } from '../../workflows/progress.ts';
import { follow } from '../runs/follow.ts';
import type { BackfillHandle } from './start-backfill.ts';
import { ProgressTeller } from '../terminal/tell-progress.ts';

/** Looks into the days in progress, when there are no more than this: each look is work for a worker. */
const DAYS_LOOKED_INTO = 16;

/** A backfill's progress, and that of the days in progress. */
interface Look {
  readonly backfill: BackfillProgress;
  readonly days: readonly IntervalProgress[];
}

/**
 * Shows how a backfill gets on until it has ended, and gives its result.
 * @throws RunFailed with the type and message that the run failed with
 */
export async function followBackfill(
  client: Client,
  handle: BackfillHandle,
  taskQueue: string,
): Promise<BackfillProgress> {
  const teller = new ProgressTeller();
  const run = {
    workflowId: handle.workflowId,
    result: async (): Promise<Look> => ({ backfill: await handle.result(), days: [] }),
    look: async (): Promise<Look> => {
      const backfill = await handle.query(backfillProgressQuery);
      return { backfill, days: await lookIntoDays(client, backfill.inProgress) };
    },
    tell: ({ backfill, days }: Look) => {
      const sum = (of: (day: IntervalProgress) => number): number =>
        days.reduce((total, day) => total + of(day), 0);
      return teller.tell({
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

async function lookIntoDays(client: Client, ids: readonly string[]): Promise<IntervalProgress[]> {
  if (ids.length > DAYS_LOOKED_INTO) return [];
  const looks = await Promise.allSettled(
    ids.map(async (id) => client.workflow.getHandle(id).query(progressQuery)),
  );
  return looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []));
}
