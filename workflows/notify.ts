import { ActivityFailure, TimeoutFailure } from '@temporalio/common';
import { isCancellation, log, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { SharedActivities } from '../activities/index.ts';
import type { NotifyInput } from '../activities/notify.ts';
import type { Interval } from '../core/interval.ts';
import { notifyOptions } from './activity-options.ts';
import type { BackfillProgress } from './backfill-progress.ts';
import { reasonOf, saysInDetails } from './failures.ts';
import type { IntervalProgress } from './progress.ts';

/** What a plan says of the worker: whether it has a webhook. */
interface Plan {
  readonly hasWebhook?: true;
}

/** With these, the text of a notification stays short enough for any chat. */
const REASONS_TOLD = 3;

/** Notifies of a run's failed hours, rejected lines and changed hours, if there are any. */
export async function notifyOfRun({ hasWebhook }: Plan, progress: IntervalProgress): Promise<void> {
  const { start, end, hours, landed, failed, rejected, changed } = progress;
  if (!hasWebhook || failed.length + rejected + changed.length === 0) return;
  const counts = { hours, landed, failed: failed.length, rejected, changed: changed.length };
  await send({ kind: 'run', start, end, ...counts, firstReasons: failed.slice(0, REASONS_TOLD) });
}

/** Notifies of a backfill's failed hours, rejected lines and changed hours, if there are any. */
export async function notifyOfBackfill({ hasWebhook }: Plan, progress: BackfillProgress): Promise<void> {
  const { start, end, hours, landed, failed, firstFailed, rejected, changed } = progress;
  if (!hasWebhook || failed + rejected + changed === 0) return;
  const counts = { hours, landed, failed, rejected, changed };
  await send({ kind: 'backfill', start, end, ...counts, firstReasons: firstFailed.slice(0, REASONS_TOLD) });
}

/** Notifies of the failure of an activity that ends the run, if the failure says that its worker has a webhook. */
export async function notifyOfFailure(
  kind: NotifyInput['kind'],
  failure: unknown,
  interval?: Interval,
): Promise<void> {
  if (!saysWebhook(failure)) return;
  const { start = null, end = null } = interval ?? {};
  const counts = { hours: null, landed: null, failed: null, rejected: null, changed: null };
  await send({ kind, start, end, ...counts, firstReasons: [{ window: null, ...reasonOf(failure) }] });
}

/**
 * Sends a notification. The run ends as it would without: that it was not sent is logged, and a cancellation only ends
 * the wait for it. The day of a backfill sends none, because the backfill tells of it.
 */
async function send(facts: NotifyInput): Promise<void> {
  if (facts.kind === 'run' && workflowInfo().parent !== undefined) return;
  const { notify } = proxyActivities<SharedActivities>({ ...notifyOptions, summary: 'notification' });
  try {
    await notify(facts);
  } catch (failure) {
    if (isCancellation(failure)) return;
    const { type, message } = reasonOf(failure);
    log.warn('notification not sent', { reason: `${type}: ${message}` });
  }
}

/** Whether the details of an activity's last failure name a webhook. */
function saysWebhook(failure: unknown): boolean {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  return saysInDetails(cause instanceof TimeoutFailure ? cause.cause : cause, 'hasWebhook');
}
