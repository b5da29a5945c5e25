import { Semaphore } from '../core/semaphore.ts';
import type { MemberParser } from './parse-hour.ts';
import type { ParquetGroup, ParquetTask } from './parquet/write-group.ts';
import type { MemberResult, MemberTask } from './parse-member.ts';
import type { ThreadResult, ThreadTask } from './parse-thread.ts';
import { PoolThread } from './pool-thread.ts';

/**
 * A fixed number of parse threads, which all hours of a worker share. Their tasks, members and groups of members, are done
 * in the order of the calls. As `parseHour` calls for no more of them at once than there are threads, an hour of any size
 * waits for a few tasks of each other hour, never for all of them.
 */
export class ParsePool implements MemberParser {
  readonly size: number;
  readonly #threads: readonly PoolThread[];
  readonly #idle: PoolThread[];
  readonly #room: Semaphore;

  /** Starts `size` threads. `program` is what they run; tests pass one that crashes. */
  constructor(size: number, program = new URL('parse-thread.js', import.meta.url)) {
    this.size = size;
    this.#threads = Array.from({ length: size }, () => new PoolThread(program));
    this.#idle = [...this.#threads];
    this.#room = new Semaphore(size);
  }

  /** As `MemberParser` says. @throws also ParseThreadCrashed, OpenFilesExhausted */
  async parse(task: MemberTask, signal: AbortSignal): Promise<MemberResult> {
    const done = await this.#run({ kind: 'parse', task }, signal);
    if (done.kind === 'parsed') return done.result;
    throw new Error(`a thread that was to parse answers: ${done.kind}`);
  }

  /** As `ParquetWriter` says. @throws also ParseThreadCrashed, OpenFilesExhausted */
  async writeParquet(task: ParquetTask, signal: AbortSignal): Promise<ParquetGroup> {
    const done = await this.#run({ kind: 'write Parquet', task }, signal);
    if (done.kind === 'Parquet written') return done.result;
    throw new Error(`a thread that was to write Parquet answers: ${done.kind}`);
  }

  async #run(task: ThreadTask, signal: AbortSignal): Promise<ThreadResult> {
    return this.#room.run(signal, async () => {
      const thread = this.#idle.pop();
      if (thread === undefined) throw new Error('no thread is idle');
      try {
        return await thread.run(task, signal);
      } finally {
        this.#idle.push(thread);
      }
    });
  }

  /** Ends all threads. Tasks in progress fail. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}
