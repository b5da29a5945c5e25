import { isCancellation, proxyActivities, setCurrentDetails, setHandler, sleep } from '@temporalio/workflow';
import type { SharedActivities } from '../activities/index.ts';
import { hourStartMs, type HourWindow } from '../core/hour-window.ts';
import { InputInvalid, parseInterval, refuseLongInterval, type Interval } from '../core/interval.ts';
import { planOptions } from './activity-options.ts';
import { describeFailure, endRun, hoursFailed } from './failures.ts';
import { landHour } from './land-hour.ts';
import { describeProgress, ProgressBoard, type IntervalProgress } from './progress.ts';
import { progressQuery } from './queries.ts';

/** Which hours to export, both ends included. `hourConcurrency` overrides the worker's HOUR_CONCURRENCY. */
export interface ExportIntervalInput {
  readonly start: string;
  readonly end: string;
  readonly hourConcurrency?: number;
  /** Export hours that have landed before, too; those with unchanged lines stay as they are. */
  readonly reprocess?: boolean;
}

/**
 * Exports every hour of an interval, a bounded number at a time, each as soon as it is due. An hour that fails does
 * not stop the others; the run then fails at its end and names the hours. Whatever landed stays landed, so that
 * starting the same interval again exports just what is missing.
 */
export async function exportInterval(input: ExportIntervalInput): Promise<IntervalProgress> {
  const interval = readInterval(input);
  const board = new ProgressBoard(interval);
  setHandler(progressQuery, () => board.read());
  const show = (): void => setCurrentDetails(describeProgress(board.read()));

  const summary = `${interval.start} to ${interval.end}`;
  const { plan } = proxyActivities<SharedActivities>({ ...planOptions, summary });
  const { hours, landedBefore, ...settings } = await plan({
    ...interval,
    reprocess: input.reprocess ?? false,
  }).catch((error: unknown) => {
    throw endRun(error);
  });
  board.planned(hours.length, landedBefore);
  show();

  const concurrency = input.hourConcurrency ?? settings.hourConcurrency;
  await inLanes(hours, concurrency, async (window) => {
    await untilDue(window, settings.hourDueAfterMs, board);
    try {
      const uploaded = await landHour(window, (step) => {
        board.step(window, step);
        show();
      });
      board.landed(window, uploaded);
    } catch (failure) {
      if (isCancellation(failure)) throw failure;
      board.failed(describeFailure(window, failure));
    }
    show();
  });

  const progress = board.read();
  if (progress.failed.length > 0) throw hoursFailed(progress.failed, hours.length);
  return progress;
}

function readInterval(input: ExportIntervalInput): Interval {
  try {
    const interval = parseInterval(input);
    refuseLongInterval(interval);
    refuseOptions(input);
    return interval;
  } catch (error) {
    throw endRun(error);
  }
}

function refuseOptions({ hourConcurrency, reprocess }: ExportIntervalInput): void {
  if (hourConcurrency !== undefined && !(Number.isInteger(hourConcurrency) && hourConcurrency > 0)) {
    throw new InputInvalid(
      `hourConcurrency is ${JSON.stringify(hourConcurrency)}; write a whole number from 1 on`,
    );
  }
  if (reprocess !== undefined && typeof reprocess !== 'boolean') {
    throw new InputInvalid(`reprocess is ${JSON.stringify(reprocess)}; write true or false`);
  }
}

/** Works through hours in order, so many at a time, and waits for all of them even if the run is cancelled. */
async function inLanes(
  hours: readonly HourWindow[],
  concurrency: number,
  work: (window: HourWindow) => Promise<void>,
): Promise<void> {
  const waiting = [...hours];
  const lanes = Array.from({ length: Math.min(concurrency, hours.length) }, async () => {
    for (let window = waiting.shift(); window !== undefined; window = waiting.shift()) await work(window);
  });
  const stopped = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected');
  if (stopped !== undefined) throw stopped.reason;
}

async function untilDue(window: HourWindow, dueAfterMs: number, board: ProgressBoard): Promise<void> {
  // Inside a workflow this is the time of the history, the same at every replay.
  const waitMs = hourStartMs(window) + dueAfterMs - Date.now();
  if (waitMs <= 0) return;
  board.step(window, 'not due yet');
  await sleep(waitMs);
}
