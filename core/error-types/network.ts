import type { ErrorEntry } from './entry.ts';

/** A proxy on the way to a server, Temporal itself, and the webhook that takes notifications. */
export const networkErrors = {
  ProxyRefused: {
    remedy: 'final',
    reason: 'A proxy does not let us through: it wants another user and password, or forbids the address.',
    whatToDo:
      'After 407, correct user and password in the variable that the message names. Else have the address allowed at the proxy, or list its host in NO_PROXY if it can be reached without one. Restart the workers (docs/networks.md).',
  },
  ProxyUnavailable: {
    remedy: 'retry',
    reason: 'A proxy does not answer, or cannot reach the address.',
    whatToDo:
      'Workers try again by themselves; a command must be given again. If it goes on, check that the proxy runs and reaches the address, and whether the address should be in NO_PROXY (docs/networks.md).',
  },
  TemporalUnreachable: {
    remedy: 'final',
    reason: 'No Temporal server answers, or it refuses what it is asked.',
    whatToDo:
      'If none answers, check TEMPORAL_ADDRESS, TLS (docs/temporal-cloud.md) and the network (docs/networks.md), or start a server on this machine: "npm run temporal:server". If it refuses, check TEMPORAL_API_KEY, the client certificate and TEMPORAL_NAMESPACE.',
  },
  WebhookRefused: {
    remedy: 'final',
    reason:
      'The webhook refuses the notification, or sends it elsewhere by a redirect. What the run has landed stays landed.',
    whatToDo:
      'Check ALERT_WEBHOOK_URL: the address may be incomplete, revoked, or that of a page. Then restart the workers (docs/operations.md).',
  },
  WebhookUnavailable: {
    remedy: 'retry',
    reason: 'The webhook does not answer, or cannot take the notification now.',
    whatToDo:
      'A worker tries again a few times; then the run ends without its notification. Check that the address in ALERT_WEBHOOK_URL can be reached from the workers (docs/networks.md).',
  },
} satisfies Record<string, ErrorEntry>;
