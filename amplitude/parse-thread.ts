import { parentPort, workerData } from 'node:worker_threads';
import { ExportError, messageOf } from '../core/errors.ts';
import type { ErrorType } from '../core/error-types.ts';
import { typedFileError } from '../core/file-errors.ts';
import { writeParquetGroup, type ParquetGroup, type ParquetTask } from './parquet/write-group.ts';
import { parseMember, type MemberResult, type MemberTask } from './parse-member.ts';
import { ThreadHold } from './thread-hold.ts';

/** What a parse thread does. */
export type ThreadTask =
  | { readonly kind: 'parse'; readonly task: MemberTask }
  | { readonly kind: 'write Parquet'; readonly task: ParquetTask };

/** What a parse thread is told: a task, or that it is to end. */
export type ThreadMessage = ThreadTask | { readonly kind: 'stop' };

/** What it has done. */
export type ThreadResult =
  | { readonly kind: 'parsed'; readonly result: MemberResult }
  | { readonly kind: 'Parquet written'; readonly result: ParquetGroup };

/** The answer of a parse thread to a task. */
export type ThreadAnswer =
  ThreadResult | { readonly kind: 'failed'; readonly type: ErrorType | undefined; readonly message: string };

// The program of a parse thread: it takes a `ThreadTask`, answers it, and waits for the next.
const hold = new ThreadHold(workerData as SharedArrayBuffer);
parentPort?.on('message', (message: ThreadMessage) => {
  if (message.kind === 'stop') hold.stop();
  else void answerTo(message).then((answer) => parentPort?.postMessage(answer));
});

async function answerTo(task: ThreadTask): Promise<ThreadAnswer> {
  try {
    return task.kind === 'parse'
      ? { kind: 'parsed', result: await parseMember(task.task) }
      : { kind: 'Parquet written', result: await writeParquetGroup(task.task, hold) };
  } catch (thrown) {
    // Another thread does not get the class of an error.
    const error = typedFileError(thrown, task.task.hour.folder);
    const type = error instanceof ExportError ? error.type : undefined;
    return { kind: 'failed', type, message: messageOf(error) };
  }
}
