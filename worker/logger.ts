import { DefaultLogger, type LogEntry, type LogLevel } from '@temporalio/worker';
import type { LogSettings } from '../config/settings.ts';
import type { Redact } from '../core/redact.ts';
import { jsonLines } from './log-json.ts';
import { textLine } from './log-text.ts';

/** Expected: the SDK worker of the worker-specific queue runs activities only. */
const EXPECTED_WARNING = 'No workflows registered, not polling for workflow tasks';

const levels: Readonly<Record<LogSettings['level'], LogLevel>> = {
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
};

/**
 * A logger that writes to stderr, without secrets: JSON, or text for people, which is the default on a terminal. Each entry
 * is one line, but in text a stack has several.
 */
export function workerLogger(
  { format, level }: LogSettings,
  redact: Redact,
  isTerminal = process.stderr.isTTY,
): DefaultLogger {
  const isText = format === 'text' || (format === undefined && isTerminal);
  const writeEntry = isText
    ? (entry: LogEntry): void => write(`${textLine(entry, redact)}\n`)
    : jsonLines(redact, write);
  return new DefaultLogger(levels[level], (entry) => {
    if (entry.message !== EXPECTED_WARNING) writeEntry(entry);
  });
}

function write(line: string): void {
  process.stderr.write(line);
}
