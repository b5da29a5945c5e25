import {
  isCancellation,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { SharedActivities } from '../activities/index.ts';
import type { PlanInput } from '../activities/plan.ts';
import { hourStartMs, type HourWindow } from '../core/hour-window.ts';
import { planOptions } from './activity-options.ts';
import { describeFailure, toRunFailure, hoursFailed } from './failures.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';
import { readExportInput, hourConcurrencyProblem, type ExportIntervalInput } from './inputs.ts';
import { landHour, type LandingOptions } from './land-hour.ts';
import { hourConcurrencySignal, progressQuery } from './messages.ts';
import { notifyOfFailure, notifyOfRun } from './notify.ts';
import { priorityOfHours } from './priorities.ts';
import { describeProgress, ProgressBoard, type IntervalProgress } from './progress.ts';
import { reportFailed, reportLanded } from './report-hour.ts';
import { markInterval, markOutcome, nominalStartMs } from './search-attributes.ts';
import { startSnapshot } from './start-snapshot.ts';

/**
 * Exports every hour of an interval, a bounded number at a time, each as soon as it is due. An hour that fails does not
 * stop the others; at its end the run fails and names the failed hours. Landed hours stay landed: another run of the
 * same interval exports only the missing ones.
 * @throws ApplicationFailure: HoursFailed with the progress in its details, or the type of an invalid input or a failed
 * plan
 */
export async function exportInterval(input: ExportIntervalInput): Promise<IntervalProgress> {
  const planInput = readInput(input);
  const board = new ProgressBoard();
  let ignored: string | undefined;
  const show = (): void => setCurrentDetails(describeProgress(board.read(), ignored));
  let limiter: ConcurrencyLimiter | undefined;
  let concurrency = input.hourConcurrency;
  setHandler(progressQuery, () => board.read(), { description: 'How far the run has come.' });
  setHandler(hourConcurrencySignal, (hours) => {
    // A signal cannot be refused: an invalid value is logged, shown and ignored.
    ignored = hourConcurrencyProblem(hours);
    if (ignored === undefined) concurrency = hours;
    else log.warn('a signal was ignored', { reason: ignored });
    if (limiter === undefined) return;
    limiter.limit = concurrency ?? limiter.limit;
    show();
  });

  const summary =
    'interval' in planInput ? nameInterval(planInput.interval) : `the ${input.period} of a schedule`;
  const options = landingOptions(input.reprocess);
  const { plan } = proxyActivities<SharedActivities>({ ...planOptions, summary });
  const planned = await plan(planInput).catch(async (error: unknown) => {
    await notifyOfFailure('run', error, 'interval' in planInput ? planInput.interval : undefined);
    throw toRunFailure(error);
  });
  board.planned(planned.interval, planned.hours.length, planned.alreadyLanded);
  markInterval(planned.searchAttributes, planned.interval);
  show();
  const snapshotStarted = isDaily(planInput) ? startSnapshot(planned.taskQueue) : undefined;

  limiter = new ConcurrencyLimiter(concurrency ?? planned.hourConcurrency);
  await limiter.each(planned.hours, async (window) => {
    await untilDue(window, planned.hourDueAfterMs, board);
    const sinceMs = Date.now();
    try {
      const uploaded = await landHour(window, options, (step) => {
        board.step(window, step);
        show();
      });
      board.landed(window, uploaded);
      reportLanded(window, uploaded, sinceMs);
    } catch (failure) {
      if (isCancellation(failure)) throw failure;
      const failed = describeFailure(window, failure);
      board.failed(failed);
      reportFailed(failed);
    }
    show();
  });
  await snapshotStarted;

  const progress = board.read();
  markOutcome(planned.searchAttributes, progress.failed.length, progress.rejected);
  await notifyOfRun(planned, progress);
  if (progress.failed.length > 0) throw hoursFailed(progress.failed, progress.failed.length, progress);
  return progress;
}

/** A landed hour is damaged, or lacks an output: its raw archive may have all that is needed. */
function landingOptions(reprocess: ExportIntervalInput['reprocess']): LandingOptions {
  const isRawFirst = reprocess === 'force' || reprocess === 'outputs';
  return {
    extract: isRawFirst ? { rawFirst: true } : {},
    upload: reprocess === 'force' ? { force: true } : {},
    priority: priorityOfHours(),
  };
}

/** True for the daily run of a schedule. */
function isDaily(input: PlanInput): boolean {
  return 'scheduled' in input && input.scheduled.period === 'day';
}

function readInput(input: ExportIntervalInput | undefined): PlanInput {
  try {
    return readExportInput(input, nominalStartMs());
  } catch (error) {
    throw toRunFailure(error);
  }
}

function nameInterval({ start, end }: { start: HourWindow; end: HourWindow }): string {
  return `${start} to ${end}`;
}

async function untilDue(window: HourWindow, dueAfterMs: number, board: ProgressBoard): Promise<void> {
  // Inside a workflow, Date.now() is the time of the history, the same at every replay.
  const waitMs = hourStartMs(window) + dueAfterMs - Date.now();
  if (waitMs <= 0) return;
  board.step(window, 'not due yet');
  await sleep(waitMs);
}
