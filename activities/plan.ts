import { Context } from '@temporalio/activity';
import { Ledger } from '../bronze/ledger.ts';
import type { HourSelection } from '../core/hour-selection.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { Interval } from '../core/interval.ts';
import { scheduledInterval, type ScheduledPeriod } from '../core/scheduled-interval.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { toFailure } from './failure.ts';

/**
 * What a run has to export: an interval, or a period of a schedule with its nominal time in milliseconds since the
 * epoch.
 */
export type PlanInput = { readonly select: HourSelection } & (
  { readonly interval: Interval } | { readonly scheduled: ScheduledPeriod; readonly nominalMs: number }
);

/** Which hours a run has to export, and the settings that its workflow needs; durations in milliseconds. */
export interface Plan {
  readonly interval: Interval;
  readonly hours: readonly HourWindow[];
  /** Hours of the interval that have already landed and are skipped. */
  readonly alreadyLanded: number;
  readonly hourConcurrency: number;
  readonly hourDueAfterMs: number;
  /** The search attributes that the namespace knows. */
  readonly searchAttributes: readonly string[];
  /** The worker has a webhook for notifications; also absent from workers of older versions. */
  readonly hasWebhook?: true;
  /** The shared task queue. From here, since a replay outside of a worker has another one. */
  readonly taskQueue: string;
}

/** Determines which interval a run covers, and asks the ledger which of its hours are to be exported. */
export async function plan(
  { bucket, settings, searchAttributes }: ActivityDependencies,
  input: PlanInput,
): Promise<Plan> {
  const { hourConcurrency, hourDueAfterMs, wantedOutputs, webhook } = settings;
  try {
    const interval =
      'interval' in input
        ? input.interval
        : scheduledInterval(input.scheduled, input.nominalMs, hourDueAfterMs);
    const ledger = new Ledger(bucket.until(Context.current().cancellationSignal), settings.bucket.prefix);
    const { hours, landed } = await ledger.select(interval, input.select, wantedOutputs);
    return {
      interval,
      hours,
      alreadyLanded: landed,
      hourConcurrency,
      hourDueAfterMs,
      searchAttributes: await searchAttributes(),
      ...(webhook !== undefined && { hasWebhook: true }),
      taskQueue: settings.taskQueue,
    };
  } catch (error) {
    throw toFailure(error, settings.redact);
  }
}
