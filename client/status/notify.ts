import { notificationOf } from '../../alerts/notification.ts';
import { sendNotification } from '../../alerts/send.ts';
import type { Webhook } from '../../alerts/webhook.ts';
import { ManifestUnreadable } from '../../bronze/errors.ts';
import type { BucketSettings } from '../../config/bucket-settings.ts';
import { ConfigurationInvalid } from '../../config/errors.ts';
import { secretsOf } from '../../config/secrets.ts';
import type { ClientSettings } from '../../config/settings.ts';
import { ExportError, messageOf } from '../../core/errors.ts';
import { redactor } from '../../core/redact.ts';
import { printAside } from '../terminal/print.ts';
import { landedCount, type LedgerStatus } from './ledger-status.ts';

/** Sends the error that ends `status` to the webhook, by one request. If that fails, it warns on stderr. */
type Notifier = (error: ExportError, found: LedgerStatus) => Promise<void>;

/** @throws ConfigurationInvalid when no webhook is set */
export function notifierOf({ webhook, bucket }: ClientSettings): Notifier {
  if (webhook === undefined)
    throw new ConfigurationInvalid(['ALERT_WEBHOOK_URL is not set: --notify sends to this address']);
  return (error, found) => notifyOfStatus(webhook, bucket, error, found);
}

async function notifyOfStatus(
  webhook: Webhook,
  { bucket, prefix }: BucketSettings,
  error: ExportError,
  found: LedgerStatus,
): Promise<void> {
  const redact = redactor(secretsOf(process.env));
  const { interval, hours, counts, rejected, freshness } = found;
  const facts = {
    kind: 'status',
    ...interval,
    hours: hours.length,
    landed: landedCount(found),
    failed: counts.missing + counts.failed,
    rejected,
    changed: null,
    firstReasons: [{ window: null, type: error.type, message: messageOf(error) }],
  } as const;
  // It stays the same while nothing lands, or until the manifest is repaired.
  const hour =
    error instanceof ManifestUnreadable
      ? hours.find(({ problem }) => problem !== undefined)?.window
      : freshness.newestLanded;
  const dedupKey = `${bucket}/${prefix} ${error.type} ${hour ?? interval.start}`;
  const subject = { workflowId: null, runId: null, link: null, dedupKey };
  try {
    await sendNotification(webhook, notificationOf(facts, subject, redact));
  } catch (failure) {
    const type = failure instanceof ExportError ? `${failure.type}: ` : '';
    printAside(`warning: notification not sent (${redact(`${type}${messageOf(failure)}`)})`);
  }
}
