import type { LogEntry } from '@temporalio/worker';
import { pino } from 'pino';
import { messageOf } from '../core/errors.ts';
import { printableJson } from '../core/printable.ts';
import type { Redact } from '../core/redact.ts';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/**
 * Returns a function that writes an entry of the log as one line of JSON, without secrets: `level`, `time`, `message`, and
 * its details, named as in the operation log. `write` takes a line with its newline.
 */
export function jsonLines(redact: Redact, write: (line: string) => void): (entry: LogEntry) => void {
  const options = {
    base: null,
    level: 'trace',
    messageKey: 'message',
    timestamp: false,
    formatters: { level: (level: string) => ({ level }) },
  };
  const lines = pino(options, {
    write: (line: string) => write(`${printableJson(redact(line.trimEnd()))}\n`),
  });
  return (entry) => lines[levels[entry.level]](fieldsOf(entry), entry.message);
}

function fieldsOf({ timestampNanos, meta = {} }: LogEntry): Record<string, unknown> {
  const details: Readonly<Record<string, unknown>> = meta;
  // The token belongs to the server, and is long. Everything else may help.
  const { taskToken: _, workflowRunId, activityType, error, reason, ...others } = details;
  return {
    time: new Date(Number(timestampNanos / 1_000_000n)).toISOString(),
    ...others,
    ...(workflowRunId !== undefined && { runId: workflowRunId }),
    ...(activityType !== undefined && { activity: activityType }),
    ...(error !== undefined && { error: errorFields(error) }),
    ...(reason !== undefined && { reason: errorFields(reason) }),
  };
}

function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return messageOf(error);
  const message = messageOf(error);
  // An error without a type is a bug of the program: its stack says where.
  return 'type' in error ? { type: error.type, message } : { message, stack: error.stack };
}
