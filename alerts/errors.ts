import { ExportError } from '../core/errors.ts';

/** The webhook refuses the notification, or redirects it. */
export class WebhookRefused extends ExportError {
  readonly type = 'WebhookRefused';
}

/** The webhook does not answer, or cannot take the notification now. */
export class WebhookUnavailable extends ExportError {
  readonly type = 'WebhookUnavailable';
}
