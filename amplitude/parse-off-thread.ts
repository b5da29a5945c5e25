import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ErrorType } from '../core/error-types.ts';
import { ExportError } from '../core/errors.ts';
import type { ThreadMessage } from './parse-thread.ts';
import type { ParsedHour, ParseProgress, ParseTask } from './parsed-hour.ts';

/** An error of `parseHour` that crossed from its thread, with the type it had there. */
class ParseFailed extends ExportError {
  readonly type: ErrorType;

  constructor(type: ErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

/**
 * Runs `parseHour` in a thread of its own, so that the main thread stays free for heartbeats. Aborting the signal
 * ends the thread.
 * @throws what `parseHour` throws, with the same `type`; the signal's reason
 */
export async function parseHourOffThread(
  task: ParseTask,
  onProgress: (progress: ParseProgress) => void,
  signal: AbortSignal,
): Promise<ParsedHour> {
  signal.throwIfAborted();
  const thread = new Worker(new URL('parse-thread.js', import.meta.url), { workerData: task });
  const stop = (): void => void thread.terminate();
  signal.addEventListener('abort', stop, { once: true });
  let end: Exclude<ThreadMessage, { kind: 'progress' }> | undefined;
  thread.on('message', (message: ThreadMessage) => {
    if (message.kind === 'progress') onProgress(message.progress);
    else end = message;
  });
  try {
    await once(thread, 'exit');
  } finally {
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
  if (end === undefined) throw new Error('the parse thread ended without a word');
  if (end.kind === 'parsed') return end.hour;
  throw end.type === undefined ? new Error(end.message) : new ParseFailed(end.type, end.message);
}
