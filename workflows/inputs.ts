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

/** Which hours a run exports: an interval, both ends included, or what follows from its schedule's nominal time. */
export interface ExportIntervalInput {
  readonly start?: string;
  readonly end?: string;
  readonly period?: 'day' | 'hour';
  /** With the period `day`: how many days before the nominal date; 1 when not given. */
  readonly daysBack?: number;
  /** Overrides the worker's HOUR_CONCURRENCY. */
  readonly hourConcurrency?: number;
  /**
   * Export hours that have already landed, too, or of those just the ones with rejected lines; hours with unchanged
   * lines stay as they are, but with `force`, which is for hours whose objects are damaged.
   */
  readonly reprocess?: boolean | 'rejected' | 'force';
}

/** Which hours a backfill exports, and how many at once. */
export interface BackfillInput {
  readonly start: string;
  readonly end: string;
  readonly mode: HourSelection;
  readonly concurrency: number;
  readonly newestFirst?: boolean;
  /** What the run before left to this one; nobody else gives it. */
  readonly carried?: CarriedBackfill;
}

/** What a backfill is to do, as its input says. */
export interface BackfillRequest {
  readonly interval: Interval;
  readonly mode: HourSelection;
  /** The same for the runs of its days. */
  readonly reprocess: boolean | 'rejected';
  readonly concurrency: number;
  readonly newestFirst: boolean;
}

/** Where a backfill goes on when it continues as new. */
export interface CarriedBackfill {
  readonly days: readonly DayPlan[];
  readonly totals: BackfillTotals;
  readonly concurrency: number;
  readonly paused: boolean;
  readonly searchAttributes: readonly string[];
}

const MAX_DAYS_BACK = 3650;

/** In characters. */
const LONGEST_QUOTE = 60;

/** Four hours at once in each of the days that may be in progress. */
const MAX_BACKFILL_CONCURRENCY = 1000;

/**
 * What an `exportInterval` run is to plan; `nominalMs` is its schedule's nominal time, when one started it.
 * @throws IntervalMissing, InputInvalid, WindowInvalid, IntervalReversed, IntervalTooLong
 */
export function readExportInput(
  input: ExportIntervalInput | undefined,
  nominalMs: number | undefined,
): PlanInput {
  const { period, daysBack, hourConcurrency, reprocess = false } = input ?? {};
  if (hourConcurrency !== undefined && !(Number.isInteger(hourConcurrency) && hourConcurrency > 0)) {
    throw new InputInvalid(
      `hourConcurrency is ${JSON.stringify(hourConcurrency)}; write a whole number from 1 on`,
    );
  }
  if (typeof reprocess !== 'boolean' && reprocess !== 'rejected' && reprocess !== 'force')
    throw new InputInvalid(
      `reprocess is ${JSON.stringify(reprocess)}; write true, false, "rejected" or "force"`,
    );
  const select = reprocess === 'rejected' ? 'rejected' : reprocess ? 'all' : 'missing';
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
      'a period says which hours to export only for a run that a schedule started; give {"start": "2026-01-01T00", "end": "2026-01-01T23"}, or trigger the schedule',
    );
  return { select, scheduled, nominalMs };
}

/**
 * What a backfill is to do.
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
  const reprocess = mode === 'rejected' ? mode : mode === 'all';
  return { interval, mode, reprocess, concurrency, newestFirst };
}

/**
 * What is wrong with a value that a run was told to have in flight by a signal: all but a whole number from 0 on, which
 * is a rest. Undefined when nothing is. The value is quoted as code in Markdown.
 */
export function hourConcurrencyProblem(value: unknown): string | undefined {
  if (Number.isInteger(value) && Number(value) >= 0) return undefined;
  const sent = value === undefined ? 'nothing' : JSON.stringify(value);
  const quoted = sent.replaceAll('`', "'").slice(0, LONGEST_QUOTE);
  return `\`setHourConcurrency\` was sent with \`${quoted}\`, which is no number of hours; send a whole number, 0 to pause`;
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
      'daysBack goes with the period "day"; an hourly run exports the latest hour that is due',
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
