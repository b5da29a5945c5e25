import type { PlanInput } from '../activities/plan.ts';
import { hourSelections, type HourSelection } from '../core/hour-selection.ts';
import {
  InputInvalid,
  IntervalMissing,
  parseInterval,
  refuseLongBackfill,
  refuseLongInterval,
  type Interval,
} from '../core/interval.ts';
import type { ScheduledPeriod } from '../core/scheduled-interval.ts';
import type { DayPlan } from '../activities/plan-backfill.ts';
import type { BackfillTotals } from './backfill-progress.ts';

/**
 * The hours that a run exports: an interval, both ends included, or a period before the nominal time of its schedule.
 */
export interface ExportIntervalInput {
  readonly start?: string;
  readonly end?: string;
  readonly period?: 'day' | 'hour';
  /** With the period `day`: how many days before the nominal date; 1 by default. */
  readonly daysBack?: number;
  /** Overrides the worker's HOUR_CONCURRENCY. */
  readonly hourConcurrency?: number;
  /**
   * Also export hours that have already landed: all of them, or only those with rejected lines. Hours with unchanged
   * lines stay as they are, except with `force`, which is for hours whose objects are damaged. `outputs`: only hours
   * that have landed without an output that OUTPUTS asks for. With `force` and `outputs`, the source is asked only for
   * hours whose raw archive in the bucket is missing or damaged.
   */
  readonly reprocess?: boolean | 'rejected' | 'outputs' | 'force';
}

/** The hours that a backfill exports, and how many at once. */
export interface BackfillInput {
  readonly start: string;
  readonly end: string;
  readonly mode: HourSelection;
  readonly concurrency: number;
  readonly newestFirst?: boolean;
  /** What a run passes on when it continues as new; never set by a caller. */
  readonly carried?: CarriedBackfill;
}

/** The input `reprocess` of a day of a backfill. */
export type DayReprocess = boolean | 'rejected' | 'outputs';

/** The input of a backfill, checked and complete. */
export interface BackfillRequest {
  readonly interval: Interval;
  readonly mode: HourSelection;
  /** The mode, as the input `reprocess` of the runs of its days. */
  readonly reprocess: DayReprocess;
  readonly concurrency: number;
  readonly newestFirst: boolean;
}

/** The state of a backfill that it passes on when it continues as new. */
export interface CarriedBackfill {
  readonly days: readonly DayPlan[];
  readonly totals: BackfillTotals;
  readonly concurrency: number;
  readonly paused: boolean;
  readonly searchAttributes: readonly string[];
  /** Also absent when an older version began the backfill. */
  readonly hasWebhook?: true;
}

const MAX_DAYS_BACK = 3650;

/** In characters. */
const MAX_QUOTE_LENGTH = 60;

/** Four hours at once in each of the 250 days that may be in progress. */
const MAX_BACKFILL_CONCURRENCY = 1000;

/**
 * Checks the input of an `exportInterval` run and returns what it has to plan; `nominalMs` is the nominal time of its
 * schedule in milliseconds since the epoch, when a schedule started it.
 * @throws IntervalMissing, InputInvalid, WindowInvalid, IntervalReversed, IntervalTooLong
 */
export function readExportInput(
  input: ExportIntervalInput | undefined,
  nominalMs: number | undefined,
): PlanInput {
  const { period, daysBack, hourConcurrency, reprocess = false } = input ?? {};
  if (hourConcurrency !== undefined && !(Number.isInteger(hourConcurrency) && hourConcurrency > 0)) {
    throw new InputInvalid(
      `hourConcurrency is ${JSON.stringify(hourConcurrency)}; write a whole number from 1`,
    );
  }
  const select = selectionOf(reprocess);
  if (period === undefined) {
    const interval = parseInterval(input);
    refuseLongInterval(interval);
    return { select, interval };
  }
  if (input?.start !== undefined || input?.end !== undefined)
    throw new InputInvalid('a run has either start and end, or a period; leave one of them out');
  const scheduled = readPeriod(period, daysBack);
  if (nominalMs === undefined)
    throw new IntervalMissing(
      'a period works only in a run that a schedule started; give {"start": "2026-01-01T00", "end": "2026-01-01T23"}, or trigger the schedule',
    );
  return { select, scheduled, nominalMs };
}

/** The hours that an input `reprocess` selects. @throws InputInvalid */
function selectionOf(reprocess: unknown): HourSelection {
  if (reprocess === 'rejected' || reprocess === 'outputs') return reprocess;
  if (reprocess === true || reprocess === 'force') return 'all';
  if (reprocess === false) return 'missing';
  throw new InputInvalid(
    `reprocess is ${JSON.stringify(reprocess)}; write true, false, "rejected", "outputs" or "force"`,
  );
}

/**
 * Checks the input of a backfill.
 * @throws IntervalMissing, InputInvalid, WindowInvalid, IntervalReversed, IntervalTooLong
 */
export function readBackfillInput(input: BackfillInput | undefined): BackfillRequest {
  const interval = parseInterval(input);
  refuseLongBackfill(interval);
  const { mode = 'missing', concurrency = 0, newestFirst = false } = input ?? {};
  if (!hourSelections.includes(mode))
    throw new InputInvalid(`mode is ${JSON.stringify(mode)}; write one of ${hourSelections.join(', ')}`);
  refuseBackfillConcurrency(concurrency);
  if (input?.carried !== undefined) refuseBackfillConcurrency(input.carried.concurrency);
  if (typeof newestFirst !== 'boolean')
    throw new InputInvalid(`newestFirst is ${JSON.stringify(newestFirst)}; write true or false`);
  const reprocess = mode === 'rejected' || mode === 'outputs' ? mode : mode === 'all';
  return { interval, mode, reprocess, concurrency, newestFirst };
}

/**
 * The problem with the value of a signal `setHourConcurrency`; undefined when there is none. Valid are whole numbers
 * from 0, which pauses the run. The problem quotes the value as code in Markdown.
 */
export function hourConcurrencyProblem(value: unknown): string | undefined {
  if (Number.isInteger(value) && Number(value) >= 0) return undefined;
  const sent = value === undefined ? 'nothing' : JSON.stringify(value);
  const quoted = sent.replaceAll('`', "'").slice(0, MAX_QUOTE_LENGTH);
  return `\`setHourConcurrency\` was sent with \`${quoted}\`, which is not a number of hours; send a whole number, 0 to pause`;
}

/** Refuses a number of hours that a backfill cannot have in flight. @throws InputInvalid */
export function refuseBackfillConcurrency(value: unknown): void {
  if (Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_BACKFILL_CONCURRENCY) return;
  throw new InputInvalid(
    `concurrency is ${JSON.stringify(value)}; write a whole number from 1 to ${MAX_BACKFILL_CONCURRENCY}`,
  );
}

function readPeriod(period: unknown, daysBack: unknown): ScheduledPeriod {
  if (period === 'hour') {
    if (daysBack === undefined) return { period };
    throw new InputInvalid(
      'daysBack is for the period "day"; an hourly run exports the latest hour that is due',
    );
  }
  if (period !== 'day') throw new InputInvalid(`period is ${JSON.stringify(period)}; write "day" or "hour"`);
  if (daysBack === undefined) return { period, daysBack: 1 };
  if (Number.isInteger(daysBack) && Number(daysBack) >= 0 && Number(daysBack) <= MAX_DAYS_BACK)
    return { period, daysBack: Number(daysBack) };
  throw new InputInvalid(
    `daysBack is ${JSON.stringify(daysBack)}; write a whole number from 0 to ${MAX_DAYS_BACK}`,
  );
}
