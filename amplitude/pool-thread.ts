import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ErrorType } from '../core/error-types.ts';
import { ExportError, messageOf } from '../core/errors.ts';
import { openFilesError } from '../core/file-errors.ts';
import { ParseThreadCrashed } from './errors.ts';
import { quoteName } from './quote-member-name.ts';
import type { ThreadAnswer, ThreadMessage, ThreadResult, ThreadTask } from './parse-thread.ts';
import { ThreadHold } from './thread-hold.ts';

/**
 * The JavaScript heap of a thread, in MiB. A member needs far less; a fault ends the thread, and not the worker. The first
 * line of client/main.ts has the same limit: Node's option has priority.
 */
const HEAP_MIB = 512;

/** An error of a task that crossed from its thread, with the type it had there. */
class ParseFailed extends ExportError {
  readonly type: ErrorType;

  constructor(type: ErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

/** A thread, and what keeps it from being ended at a wrong moment. */
interface Running {
  readonly thread: Worker;
  readonly hold: ThreadHold;
}

/** A thread that does one task at a time. If it ends, another one takes its place. */
export class PoolThread {
  readonly #program: URL;
  #running: Running | undefined;
  #closed = false;

  constructor(program: URL) {
    this.#program = program;
    this.#start();
  }

  /**
   * Does a task in the thread. Aborting the signal ends the thread; the call fails once it has ended.
   * @throws what the task throws, with the same `type`; ParseThreadCrashed, OpenFilesExhausted; the signal's reason
   */
  async run(task: ThreadTask, signal: AbortSignal): Promise<ThreadResult> {
    signal.throwIfAborted();
    if (this.#closed) throw new ParseThreadCrashed('the worker ends its parse threads');
    const running = this.#running ?? this.#start();
    const stop = (): void => void end(running);
    signal.addEventListener('abort', stop, { once: true });
    try {
      const answer = await this.#ask(running.thread, task, signal);
      if (answer.kind !== 'failed') return answer;
      throw answer.type === undefined
        ? new Error(answer.message)
        : new ParseFailed(answer.type, answer.message);
    } finally {
      signal.removeEventListener('abort', stop);
      // Started now, it is warm when the next task comes. If it cannot start, the next task says so.
      if (this.#running === undefined && !this.#closed) this.#start();
    }
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running !== undefined) await end(this.#running);
  }

  #start(): Running {
    const hold = new ThreadHold();
    const thread = new Worker(this.#program, {
      workerData: hold.shared,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    });
    const running = { thread, hold };
    this.#running = running;
    // A crash between two tasks concerns no task: the exit tells all that matters.
    thread.on('error', () => undefined);
    thread.once('exit', () => {
      if (this.#running === running) this.#running = undefined;
    });
    return running;
  }

  #ask(thread: Worker, task: ThreadTask, signal: AbortSignal): Promise<ThreadAnswer> {
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

/** Resolves when the thread has ended. */
async function end({ thread, hold }: Running): Promise<void> {
  const ended = once(thread, 'exit');
  if (hold.end()) await thread.terminate();
  else thread.postMessage({ kind: 'stop' } satisfies ThreadMessage);
  await ended;
}

function crash(task: ThreadTask, code: number, cause: unknown): ExportError {
  const how = cause === undefined ? `exit code ${code}` : messageOf(cause);
  return openFilesError(cause) ?? new ParseThreadCrashed(`the thread that ${inWords(task)} ended: ${how}`);
}

function inWords(task: ThreadTask): string {
  return task.kind === 'parse'
    ? `parsed the member ${quoteName(task.task.member.name)}`
    : `wrote Parquet files of ${task.task.members.length} members`;
}
