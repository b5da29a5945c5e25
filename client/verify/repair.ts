import type { Client } from '@temporalio/client';
import type { Bucket } from '../../bronze/bucket.ts';
import { BucketDenied } from '../../bronze/errors.ts';
import type { VerifiedHour } from '../../bronze/findings.ts';
import { HourStore } from '../../bronze/hour-store.ts';
import { isMisplaced } from '../../bronze/misplaced-lines.ts';
import { planRepair, type RepairPlan } from '../../bronze/plan-repair.ts';
import { removeOrphans } from '../../bronze/remove-orphans.ts';
import type { ClientSettings } from '../../config/settings.ts';
import { ExportError } from '../../core/errors.ts';
import type { ErrorType } from '../../core/error-types.ts';
import { HOUR_MS, hourStartMs, type HourWindow } from '../../core/hour-window.ts';
import { hourCount, MAX_INTERVAL_HOURS, type Interval } from '../../core/interval.ts';
import { producer } from '../../core/version.ts';
import { followRun } from '../runs/follow-run.ts';
import { startRun } from '../runs/start-run.ts';
import { withClient } from '../runs/with-client.ts';
import { warnOfLines } from '../terminal/warn-lines.ts';
import { warnOfNotRemoved } from '../terminal/warn-not-removed.ts';

/** One step of a repair: what it did, or what it left. */
export type RepairStep =
  | { readonly action: 'orphans removed'; readonly window: HourWindow }
  | { readonly action: 'not removed'; readonly window: HourWindow; readonly message: string }
  | {
      readonly action: 'left to a person';
      readonly window: HourWindow;
      readonly reason: 'unreadable manifest' | 'lines of other hours';
    }
  | ({ readonly action: 'exported' | 'landed again' } & RepairRun)
  | ({ readonly action: 'failed'; readonly type: ErrorType; readonly message: string } & RepairRun);

/** Consecutive hours that one run lands; with `force` they have already landed, and are landed again. */
interface RepairRun extends Interval {
  readonly reprocess: false | 'force';
}

/**
 * Repairs hours and reports each step, with the error of a failed one. Orphans are removed by step 5 of the commit
 * protocol, which is safe while other attempts run. Missing hours are exported, and damaged ones landed again from their
 * raw archives, or from the source where these are damaged, too: one run after another; a failed run does not stop the
 * others. Damaged objects stay until their hour has landed again and superseded them, so a failed repair loses nothing.
 * @throws TemporalUnreachable, the typed errors of storage-errors.ts
 */
export async function repairHours(
  bucket: Bucket,
  settings: ClientSettings,
  hours: readonly VerifiedHour[],
  report: (step: RepairStep, error?: ExportError) => void,
): Promise<void> {
  const { prefix } = settings.bucket;
  const plans: RepairPlan[] = [];
  for (const hour of hours) {
    const { window, need } = planRepair(hour);
    if (need === 'person') report({ action: 'left to a person', window, reason: 'unreadable manifest' });
    if (need === 'remove orphans') report(...(await removeOrphansOf(bucket, prefix, window)));
    if (need === 'export' || need === 'land again') plans.push({ window, need });
    // Another export does not repair them while the source gives the same lines. Only a person can find out.
    else if (hour.findings.some(isMisplaced))
      report({ action: 'left to a person', window, reason: 'lines of other hours' });
  }
  if (plans.length === 0) return;
  await withClient(settings.temporal, async (client) => {
    for (const run of runsFor(plans)) report(...(await landHours(client, settings, run)));
  });
}

/** A step, and its error if it failed. */
type StepResult = [step: RepairStep, error?: ExportError];

async function removeOrphansOf(bucket: Bucket, prefix: string, window: HourWindow): Promise<StepResult> {
  try {
    await removeOrphans(new HourStore(bucket, prefix, window, producer));
    return [{ action: 'orphans removed', window }];
  } catch (error) {
    if (!(error instanceof BucketDenied)) throw error;
    return [{ action: 'not removed', window, message: error.message }, error];
  }
}

async function landHours(
  client: Client,
  { bucket, taskQueue }: ClientSettings,
  run: RepairRun,
): Promise<StepResult> {
  try {
    const progress = await followRun(client, await startRun(client, taskQueue, run), taskQueue);
    warnOfLines(progress, run, bucket);
    warnOfNotRemoved(progress.notRemoved);
    return [{ action: run.reprocess === 'force' ? 'landed again' : 'exported', ...run }];
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    return [{ action: 'failed', type: error.type, message: error.message, ...run }, error];
  }
}

/** Joins hours to runs: consecutive hours with the same need, up to MAX_INTERVAL_HOURS in each run. */
function runsFor(plans: readonly RepairPlan[]): RepairRun[] {
  const runs: RepairRun[] = [];
  for (const { window, need } of plans) {
    const reprocess = need === 'land again' ? 'force' : false;
    const last = runs.at(-1);
    const follows =
      last !== undefined &&
      last.reprocess === reprocess &&
      hourCount(last) < MAX_INTERVAL_HOURS &&
      hourStartMs(window) - hourStartMs(last.end) === HOUR_MS;
    if (follows) runs[runs.length - 1] = { ...last, end: window };
    else runs.push({ start: window, end: window, reprocess });
  }
  return runs;
}
