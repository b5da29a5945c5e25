import { Context } from '@temporalio/activity';
import type { Facts } from '../alerts/facts.ts';
import { notificationOf } from '../alerts/notification.ts';
import { sendNotification } from '../alerts/send.ts';
import { ConfigurationInvalid } from '../config/errors.ts';
import { runLink } from '../core/run-link.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { toFailure } from './failure.ts';

/** What a workflow tells at its end. */
export type NotifyInput = Facts;

/** Sends the notification of the workflow that calls it, by one request. */
export async function notify(
  { settings }: Pick<ActivityDependencies, 'settings'>,
  input: NotifyInput,
): Promise<void> {
  const { cancellationSignal, info } = Context.current();
  const { workflowId = '', runId = '' } = info.workflowExecution ?? {};
  const { temporalUiUrl, temporal, webhook, redact } = settings;
  const link = runLink({ temporalUiUrl, namespace: temporal.namespace }, workflowId, runId);
  // The id of a run is unique, and every try has the same.
  const subject = { workflowId, runId, link, dedupKey: runId };
  try {
    // Another worker has it: the plan said so.
    if (webhook === undefined)
      throw new ConfigurationInvalid(['ALERT_WEBHOOK_URL is not set on this worker']);
    await sendNotification(webhook, notificationOf(input, subject, redact), cancellationSignal);
  } catch (error) {
    if (cancellationSignal.aborted) throw cancellationSignal.reason;
    throw toFailure(error, redact);
  }
}
