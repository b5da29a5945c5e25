import {
  allHandlersFinished,
  condition,
  makeContinueAsNewFunc,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { SharedActivities } from '../activities/index.ts';
import type { DayPlan } from '../activities/plan-backfill.ts';
import { backfillPlanOptions } from './activity-options.ts';
import { describeBackfill, noTotals, type BackfillProgress } from './backfill-progress.ts';
import { DayRuns } from './day-runs.ts';
import { toRunFailure, hoursFailed } from './failures.ts';
import {
  readBackfillInput,
  refuseBackfillConcurrency,
  type BackfillInput,
  type BackfillRequest,
  type CarriedBackfill,
} from './inputs.ts';
import { backfillProgressQuery, concurrencyUpdate, pauseUpdate, resumeUpdate } from './messages.ts';
import { notifyOfBackfill, notifyOfFailure } from './notify.ts';
import { markInterval, markOutcome } from './search-attributes.ts';

/** About 200 days: far below the 4,096 events at which Temporal suggests a new run, and quick to show in the Web UI. */
const MAX_EVENTS_PER_RUN = 1000;

/**
 * Exports the missing hours of any interval, or those with rejected lines, those that lack an output, or all: one
 * `exportInterval` run for each day, with at most `concurrency` hours in flight. It can be paused, and its concurrency
 * changed, while it runs. Days that fail do not stop the others. When its history is long, or its worker version is not the
 * current one any more, it continues as new, on the current version, after the days in progress have ended, because a child
 * does not outlive a parent that continues as new.
 * @throws ApplicationFailure: HoursFailed with the progress in its details, or the type of an invalid input or a failed
 * plan
 */
export async function backfill(input: BackfillInput): Promise<BackfillProgress> {
  const request = readInput(input);
  const { carried } = input;
  let days: DayPlan[] = [];
  const show = (): void => setCurrentDetails(describeBackfill(read()));
  const runs = new DayRuns({ paused: false, ...request, ...carried, onChange: show });
  const read = (): BackfillProgress => ({
    ...request.interval,
    ...runs.totals,
    mode: request.mode,
    concurrency: runs.concurrency,
    paused: runs.paused,
    inProgress: runs.ids,
    daysLeft: days.length,
  });
  handleMessages(runs, read);
  const planned = carried ?? (await planDays(request));
  const { totals, searchAttributes, hasWebhook } = planned;
  days = [...planned.days];
  // The totals from a worker of an older version may lack counts.
  runs.totals = { ...noTotals(0, 0), ...totals };
  show();

  const ends: Promise<void>[] = [];
  try {
    while (days.length > 0 && !isLong()) {
      await runs.untilDayMayBegin();
      // A run without any day would continue as new without end.
      if (isOutOfDate() && ends.length > 0) break;
      const day = days.shift();
      if (day !== undefined) ends.push(runs.run(day));
    }
    await runs.finish();
  } finally {
    await Promise.all(ends);
  }
  await condition(allHandlersFinished);
  if (days.length > 0) {
    const { concurrency, paused } = runs;
    return makeContinueAsNewFunc<typeof backfill>({ initialVersioningBehavior: 'AUTO_UPGRADE' })({
      ...input,
      carried: {
        days,
        totals: runs.totals,
        concurrency,
        paused,
        searchAttributes,
        ...(hasWebhook && { hasWebhook }),
      },
    });
  }
  const progress = read();
  markOutcome(searchAttributes, progress.failed, progress.rejected);
  await notifyOfBackfill(planned, progress);
  if (progress.failed > 0) throw hoursFailed(progress.firstFailed, progress.failed, progress);
  return progress;
}

function readInput(input: BackfillInput): BackfillRequest {
  try {
    return readBackfillInput(input);
  } catch (error) {
    throw toRunFailure(error);
  }
}

async function planDays({
  interval,
  mode,
  newestFirst,
}: BackfillRequest): Promise<Omit<CarriedBackfill, 'concurrency' | 'paused'>> {
  const summary = `${interval.start} to ${interval.end}`;
  const { planBackfill } = proxyActivities<SharedActivities>({ ...backfillPlanOptions, summary });
  const planned = await planBackfill({ interval, select: mode, newestFirst }).catch(
    async (error: unknown) => {
      await notifyOfFailure('backfill', error, interval);
      throw toRunFailure(error);
    },
  );
  const { days, alreadyLanded, searchAttributes, hasWebhook } = planned;
  markInterval(searchAttributes, interval);
  return {
    days,
    totals: noTotals(hoursIn(days), alreadyLanded),
    searchAttributes,
    ...(hasWebhook && { hasWebhook }),
  };
}

function handleMessages(runs: DayRuns, read: () => BackfillProgress): void {
  setHandler(backfillProgressQuery, read, { description: 'How far the backfill has come.' });
  setHandler(
    pauseUpdate,
    async () => {
      await runs.setPaused(true);
      return read();
    },
    { description: 'Pauses the backfill: hours in progress go on to their end, no other begins.' },
  );
  setHandler(
    resumeUpdate,
    async () => {
      await runs.setPaused(false);
      return read();
    },
    { description: 'Resumes a backfill that is paused.' },
  );
  setHandler(
    concurrencyUpdate,
    async (hours) => {
      await runs.setConcurrency(hours);
      return read();
    },
    {
      description: 'Sets how many hours are in flight, all days together.',
      validator: (hours) => refuseBackfillConcurrency(hours),
    },
  );
}

function hoursIn(days: readonly DayPlan[]): number {
  return days.reduce((sum, [, hours]) => sum + hours, 0);
}

/** The worker version that new runs get is not that of this run any more. */
function isOutOfDate(): boolean {
  return workflowInfo().targetWorkerDeploymentVersionChanged;
}

function isLong(): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return continueAsNewSuggested || historyLength >= MAX_EVENTS_PER_RUN;
}
