import { printable } from '../core/printable.ts';
import type { Redact } from '../core/redact.ts';
import type { Facts, Reason } from './facts.ts';

/** What a notification is about: a run with its link, or the ledger of a bucket. */
export interface Subject {
  readonly workflowId: string | null;
  readonly runId: string | null;
  /** The run in the Temporal Web UI. */
  readonly link: string | null;
  /** The same for every notification of the same event, so that a receiver can leave out the second one. */
  readonly dedupKey: string;
}

/** The JSON that a webhook gets: a text that Slack and its like show, then every fact as a field of its own. */
export interface Notification extends Facts, Subject {
  readonly text: string;
  /** Slack's field: the text is no markup. */
  readonly mrkdwn: false;
}

/** In characters. */
const MAX_MESSAGE_LENGTH = 300;

const NAMES = {
  run: 'Amplitude export',
  backfill: 'Amplitude backfill',
  'events list': 'Amplitude events list',
  status: 'Amplitude ledger',
} as const;

/**
 * Makes the notification of some facts. Messages of errors are shortened and lose their secrets: they quote servers.
 * Source of the form: Slack, incoming webhooks, and "Escaping text".
 */
export function notificationOf(facts: Facts, subject: Subject, redact: Redact): Notification {
  const firstReasons = facts.firstReasons.map(({ window, type, message }) => ({
    window,
    type,
    message: printable(redact(message)).slice(0, MAX_MESSAGE_LENGTH),
  }));
  const told = { ...facts, firstReasons };
  return { text: textOf(told, subject), mrkdwn: false, ...told, ...subject };
}

function textOf(facts: Facts, { link }: Subject): string {
  const lines = [
    `${NAMES[facts.kind]}${rangeOf(facts)}: ${whatHappened(facts)}`,
    ...facts.firstReasons.map(nameReason),
    ...(link === null ? [] : [link]),
  ];
  return lines.map(escaped).join('\n');
}

function rangeOf({ start, end }: Facts): string {
  if (start === null || end === null) return '';
  return start === end ? ` ${start}` : ` ${start} to ${end}`;
}

function whatHappened({ kind, hours, failed, rejected, changed, firstReasons }: Facts): string {
  if (kind === 'status') return whatStatusFound(firstReasons[0]?.type, failed);
  if (firstReasons.some(({ window }) => window === null)) return 'failed';
  const parts = [
    ...(failed ? [`${failed} of ${hours} hours failed`] : []),
    ...(rejected ? [`${rejected} ${rejected === 1 ? 'line' : 'lines'} rejected`] : []),
    ...(changed ? [`${changed} landed hours have other lines now`] : []),
  ];
  return parts.join(', ');
}

function whatStatusFound(type: string | undefined, failed: number | null): string {
  if (type === 'LedgerLags') return `${failed} due hours have not landed`;
  return type === 'ManifestUnreadable' ? 'manifests cannot be read' : 'the ledger cannot be read';
}

function nameReason({ window, type, message }: Reason): string {
  // A mention such as @everyone would call people.
  const words = message.replaceAll('@', '(at)');
  return `${window === null ? '' : `${window} `}${type}: ${words}`;
}

/** Slack reads <...> as links and mentions. */
function escaped(line: string): string {
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
