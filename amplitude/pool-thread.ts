import { Worker } from 'node:worker_threads';
import type { ErrorType } from '../core/error-types.ts';
import { ExportError, messageOf } from '../core/errors.ts';
import { openFilesError } from '../core/file-errors.ts';
import { ParseThreadCrashed } from './errors.ts';
import { quoteName } from './quote-member-name.ts';
import type { MemberResult, MemberTask } from './parse-member.ts';
import type { ThreadAnswer } from './parse-thread.ts';

/**
 * The JavaScript heap of a thread, in MiB. A member needs far less; a fault ends the thread, and not the worker. The first
 * line of client/main.ts has the same limit: Node's option has priority.
 */
const HEAP_MIB = 512;

/** An error of `parseMember` that crossed from its thread, with the type it had there. */
class ParseFailed extends ExportError {
  readonly type: ErrorType;

  constructor(type: ErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

/** A thread that parses one member at a time. If it ends, another one takes its place. */
export class PoolThread {
  readonly #program: URL;
  #thread: Worker | undefined;
  #closed = false;

  constructor(program: URL) {
    this.#program = program;
    this.#start();
  }

  /**
   * Parses a member in the thread. Aborting the signal ends the thread; the call fails once it has ended.
   * @throws what `parseMember` throws, with the same `type`; ParseThreadCrashed, OpenFilesExhausted; the signal's reason
   */
  async parse(task: MemberTask, signal: AbortSignal): Promise<MemberResult> {
    signal.throwIfAborted();
    if (this.#closed) throw new ParseThreadCrashed('the worker ends its parse threads');
    const thread = this.#thread ?? this.#start();
    const stop = (): void => void thread.terminate();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const answer = await this.#ask(thread, task, signal);
      if (answer.kind === 'parsed') return answer.result;
      throw answer.type === undefined
        ? new Error(answer.message)
        : new ParseFailed(answer.type, answer.message);
    } finally {
      signal.removeEventListener('abort', stop);
      // Started now, it is warm when the next task comes. If it cannot start, the next task says so.
      if (this.#thread === undefined && !this.#closed) this.#start();
    }
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.terminate();
  }

  #start(): Worker {
    const thread = new Worker(this.#program, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } });
    this.#thread = thread;
    // A crash between two tasks concerns no task: the exit tells all that matters.
    thread.on('error', () => undefined);
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }

  #ask(thread: Worker, task: MemberTask, signal: AbortSignal): Promise<ThreadAnswer> {
    return new Promise((resolve, reject) => {
      let cause: unknown;
      const onError = (error: unknown): void => {
        cause = error;
      };
      const onAnswer = (answer: ThreadAnswer): void => {
        // An aborted thread may answer before it ends.
        if (signal.aborted) return;
        stopListening();
        resolve(answer);
      };
      const onExit = (code: number): void => {
        stopListening();
        reject(signal.aborted ? signal.reason : crash(task, code, cause));
      };
      const stopListening = (): void => {
        thread.off('error', onError).off('message', onAnswer).off('exit', onExit);
      };
      thread.on('error', onError).on('message', onAnswer).on('exit', onExit);
      thread.postMessage(task);
    });
  }
}

function crash({ member }: MemberTask, code: number, cause: unknown): ExportError {
  const how = cause === undefined ? `exit code ${code}` : messageOf(cause);
  return (
    openFilesError(cause) ??
    new ParseThreadCrashed(`the thread that parsed the member ${quoteName(member.name)} ended: ${how}`)
  );
}
