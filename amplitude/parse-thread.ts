import { parentPort, workerData } from 'node:worker_threads';
import { ExportError, messageOf } from '../core/errors.ts';
import type { ErrorType } from '../core/error-types.ts';
import { typedFileError } from '../core/file-errors.ts';
import { parseHour } from './parse-hour.ts';
import type { ParsedHour, ParseProgress, ParseTask } from './parsed-hour.ts';

/** What the thread tells: how far it is, then one end. */
export type ThreadMessage =
  | { readonly kind: 'progress'; readonly progress: ParseProgress }
  | { readonly kind: 'parsed'; readonly hour: ParsedHour }
  | { readonly kind: 'failed'; readonly type: ErrorType | undefined; readonly message: string };

if (parentPort !== null) {
  const port = parentPort;
  const tell = (message: ThreadMessage): void => port.postMessage(message);
  const task = workerData as ParseTask;
  try {
    tell({ kind: 'parsed', hour: await parseHour(task, (progress) => tell({ kind: 'progress', progress })) });
  } catch (thrown) {
    const error = typedFileError(thrown, task.folder);
    const type = error instanceof ExportError ? error.type : undefined;
    tell({ kind: 'failed', type, message: messageOf(error) });
  }
}
