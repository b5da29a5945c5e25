import { notificationOf } from '../../alerts/notification.ts';
import { sendNotification } from '../../alerts/send.ts';
import type { Webhook } from '../../alerts/webhook.ts';
import { ManifestUnreadable } from '../../bronze/errors.ts';
import type { BucketSettings } from '../../config/bucket-settings.ts';
import { ConfigurationInvalid } from '../../config/errors.ts';
import { secretsOf } from '../../config/secrets.ts';
import type { ClientSettings } from '../../config/settings.ts';
import { ExportError, messageOf } from '../../core/errors.ts';
import type { Interval } from '../../core/interval.ts';
import { redactor } from '../../core/redact.ts';
import { printAside } from '../terminal/print.ts';
import { landedCount, type LedgerStatus } from './ledger-status.ts';

/**
 * Sends the error that ends `status` to the webhook, by one request. `found` is undefined when the ledger could not be read. If
 * the request fails, it warns on stderr.
 */
type Notifier = (error: ExportError, found: LedgerStatus | undefined) => Promise<void>;

/** @throws ConfigurationInvalid when no webhook is set */
export function notifierOf({ webhook, bucket }: ClientSettings, interval: Interval): Notifier {
  if (webhook === undefined)
    throw new ConfigurationInvalid(['ALERT_WEBHOOK_URL is not set: --notify sends to this address']);
  return (error, found) => notifyOfStatus(webhook, bucket, interval, error, found);
}

async function notifyOfStatus(
  webhook: Webhook,
  { bucket, prefix }: BucketSettings,
  interval: Interval,
  error: ExportError,
  found: LedgerStatus | undefined,
): Promise<void> {
  const redact = redactor(secretsOf(process.env));
  const counts =
    found === undefined
      ? { hours: null, landed: null, failed: null, rejected: null }
      : {
          hours: found.hours.length,
          landed: landedCount(found),
          failed: found.counts.missing + found.counts.failed,
          rejected: found.rejected,
        };
  const facts = {
    kind: 'status',
    ...interval,
    ...counts,
    changed: null,
    firstReasons: [{ window: null, type: error.type, message: messageOf(error) }],
  } as const;
  // A lag has the same while nothing lands, a manifest until it is repaired, and a bucket until it can be read.
  const hour =
    error instanceof ManifestUnreadable
      ? found?.hours.find(({ problem }) => problem !== undefined)?.window
      : found?.freshness.newestLanded;
  const dedupKey = `${bucket}/${prefix} ${error.type} ${hour ?? interval.start}`;
  const subject = { workflowId: null, runId: null, link: null, dedupKey };
  try {
    await sendNotification(webhook, notificationOf(facts, subject, redact));
  } catch (failure) {
    const type = failure instanceof ExportError ? `${failure.type}: ` : '';
    printAside(`warning: notification not sent (${redact(`${type}${messageOf(failure)}`)})`);
  }
}
