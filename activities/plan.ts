import { Context } from '@temporalio/activity';
import { Ledger } from '../bronze/ledger.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { hoursOf, type Interval } from '../core/interval.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { toFailure } from './failure.ts';

/** Which hours a run has to export, and the settings that its workflow needs; durations in milliseconds. */
export interface Plan {
  readonly hours: readonly HourWindow[];
  readonly landedBefore: number;
  readonly hourConcurrency: number;
  readonly hourDueAfterMs: number;
}

/** Asks the ledger which hours of an interval are missing; with `reprocess` every hour is to be exported again. */
export async function plan(
  { bucket, settings }: ActivityDependencies,
  { reprocess, ...interval }: Interval & { readonly reprocess: boolean },
): Promise<Plan> {
  try {
    const all = hoursOf(interval);
    const ledger = new Ledger(bucket.until(Context.current().cancellationSignal), settings.bucket.prefix);
    const landed = reprocess ? new Map<HourWindow, string>() : await ledger.list(interval);
    const hours = all.filter((window) => !landed.has(window));
    const { hourConcurrency, hourDueAfterMs } = settings;
    return { hours, landedBefore: landed.size, hourConcurrency, hourDueAfterMs };
  } catch (error) {
    throw toFailure(error);
  }
}
