import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { messageOf } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { Redact } from '../core/redact.ts';

/** Expected: the SDK worker of the worker-specific queue runs activities only. */
const EXPECTED_WARNING = 'No workflows registered, not polling for workflow tasks';

/** A logger that writes warnings and errors to stderr, without secrets: one line each, except stacks. */
export function workerLogger(redact: Redact): DefaultLogger {
  return new DefaultLogger('WARN', (entry) => {
    if (entry.message !== EXPECTED_WARNING) process.stderr.write(`${linesOf(redact(logLine(entry)))}\n`);
  });
}

/** Texts from outside cannot begin a new line: `messageOf` makes one line of each. */
function linesOf(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function logLine({ level, message, timestampNanos, meta = {} }: LogEntry): string {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  const { activityType, attempt, workflowId, window, error, reason, whatToDo } = meta as Record<
    string,
    unknown
  >;
  const words = [
    `${time} ${level}`,
    message,
    activityType === undefined
      ? text(workflowId)
      : `${text(activityType)} attempt ${text(attempt)} of ${text(workflowId)}`,
    text(window),
    text(error ?? reason),
    whatToDo === undefined ? '' : `what to do: ${text(whatToDo)}`,
  ];
  return words.filter((word) => word !== '').join(': ');
}

function text(value: unknown): string {
  if (value === undefined) return '';
  if (!(value instanceof Error)) return messageOf(value);
  // An error without a type is a bug of the program: its stack is worth more than one line.
  return 'type' in value ? `${String(value.type)}: ${messageOf(value)}` : (value.stack ?? messageOf(value));
}
