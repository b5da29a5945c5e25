import { Context } from '@temporalio/activity';
import { Ledger } from '../bronze/ledger.ts';
import type { HourSelection } from '../core/hour-selection.ts';
import { dateAndHour, hourStartMs, parseHourWindow } from '../core/hour-window.ts';
import type { Interval } from '../core/interval.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { toFailure } from './failure.ts';
import { HEARTBEAT_EVERY_MS } from './heartbeat.ts';

/** A UTC date, `2026-01-01`, and how many of its hours a backfill has to export. */
export type DayPlan = readonly [date: string, hours: number];

/** The plan of a backfill: the days with hours to export, in the order in which they begin. */
export interface BackfillPlan {
  readonly days: readonly DayPlan[];
  /** Hours of the interval that have already landed and are skipped. */
  readonly alreadyLanded: number;
  /** The search attributes that the namespace knows. */
  readonly searchAttributes: readonly string[];
  /** The worker has a webhook for notifications; also absent from workers of older versions. */
  readonly hasWebhook?: true;
}

/**
 * Asks the ledger on which days a backfill has hours to export. It returns days and counts only: a list of hours could
 * be too large for a Temporal payload.
 */
export async function planBackfill(
  { bucket, settings, searchAttributes }: ActivityDependencies,
  input: { readonly interval: Interval; readonly select: HourSelection; readonly newestFirst: boolean },
): Promise<BackfillPlan> {
  const context = Context.current();
  const beating = setInterval(() => context.heartbeat(), HEARTBEAT_EVERY_MS);
  try {
    const ledger = new Ledger(bucket.until(context.cancellationSignal), settings.bucket.prefix);
    const { hours, landed } = await ledger.select(input.interval, input.select, settings.wantedOutputs);
    const days = new Map<string, number>();
    for (const window of hours) {
      const { date } = dateAndHour(window);
      days.set(date, (days.get(date) ?? 0) + 1);
    }
    const ordered = input.newestFirst ? newestFirst([...days], settings.hourDueAfterMs) : [...days];
    return {
      days: ordered,
      alreadyLanded: landed,
      searchAttributes: await searchAttributes(),
      ...(settings.webhook !== undefined && { hasWebhook: true }),
    };
  } catch (error) {
    throw toFailure(error, settings.redact);
  } finally {
    clearInterval(beating);
  }
}

/**
 * The newest day first, except days with hours that are not due yet: they come last, so that no other day waits for
 * them.
 */
function newestFirst(days: readonly DayPlan[], hourDueAfterMs: number): DayPlan[] {
  const isDue = ([date]: DayPlan): boolean =>
    hourStartMs(parseHourWindow(`${date}T23`)) + hourDueAfterMs <= Date.now();
  return [...days.filter(isDue).toReversed(), ...days.filter((day) => !isDue(day))];
}
