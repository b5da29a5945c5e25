import type { LogEntry } from '@temporalio/worker';
import { messageOf } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { Redact } from '../core/redact.ts';

/** The details of an entry that are shown with their names, in this order. */
const NAMED = ['state', 'outcome', 'events', 'rejected', 'outsideWindow', 'bytes', 'objects', 'seconds'];

/** An entry of the log as one line for people, without secrets; a stack follows on lines of its own. */
export function textLine(entry: LogEntry, redact: Redact): string {
  // Texts from outside cannot begin a new line: `messageOf` makes one line of each.
  return redact(words(entry)).split('\n').map(printable).join('\n');
}

function words({ level, message, timestampNanos, meta = {} }: LogEntry): string {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  const details: Readonly<Record<string, unknown>> = meta;
  const { activityType, attempt, workflowId, window, error, reason, whatToDo } = details;
  const named = NAMED.filter((name) => details[name] !== undefined);
  return [
    `${time} ${level}`,
    message,
    activityType === undefined
      ? text(workflowId)
      : `${text(activityType)} attempt ${text(attempt)} of ${text(workflowId)}`,
    text(window),
    named.map((name) => `${name} ${text(details[name])}`).join(', '),
    text(error ?? reason),
    whatToDo === undefined ? '' : `what to do: ${text(whatToDo)}`,
  ]
    .filter((word) => word !== '')
    .join(': ');
}

function text(value: unknown): string {
  if (value === undefined) return '';
  if (!(value instanceof Error)) return messageOf(value);
  // An error without a type is a bug of the program: its stack is worth more than one line.
  return 'type' in value ? `${String(value.type)}: ${messageOf(value)}` : (value.stack ?? messageOf(value));
}
