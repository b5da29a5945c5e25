import { parentPort } from 'node:worker_threads';
import { ExportError, messageOf } from '../core/errors.ts';
import type { ErrorType } from '../core/error-types.ts';
import { typedFileError } from '../core/file-errors.ts';
import { parseMember, type MemberResult, type MemberTask } from './parse-member.ts';

/** The answer of a parse thread to a task. */
export type ThreadAnswer =
  | { readonly kind: 'parsed'; readonly result: MemberResult }
  | { readonly kind: 'failed'; readonly type: ErrorType | undefined; readonly message: string };

// The program of a parse thread: it takes a `MemberTask`, answers it, and waits for the next.
parentPort?.on('message', (task: MemberTask) => {
  void answerTo(task).then((answer) => parentPort?.postMessage(answer));
});

async function answerTo(task: MemberTask): Promise<ThreadAnswer> {
  try {
    return { kind: 'parsed', result: await parseMember(task) };
  } catch (thrown) {
    // Another thread does not get the class of an error.
    const error = typedFileError(thrown, task.hour.folder);
    const type = error instanceof ExportError ? error.type : undefined;
    return { kind: 'failed', type, message: messageOf(error) };
  }
}
