import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { FuzzTask, RoundMessage, ThreadTask } from './thread.ts';

/** A round takes milliseconds: a round that takes longer than this hangs. */
const ROUND_MS = 20_000;
/** The most memory of the process. Inputs have a few KB, and their limits are small. */
const MEMORY_BYTES = 600 * 1024 * 1024;
const PROGRESS_MS = 5_000;

/** A problem, and the round that has it. */
export interface Finding {
  readonly round: number;
  readonly what: string;
}

/** The number of rounds with each outcome, and the first problem. */
export interface FuzzResult {
  readonly outcomes: ReadonlyMap<string, number>;
  readonly finding: Finding | undefined;
}

/**
 * Runs rounds in a thread, so that a round that hangs or ends its thread is a finding too. Ends with the first finding, or
 * when `stop` aborts. `report` gets a line of progress every 5 seconds.
 */
export async function fuzz(
  task: FuzzTask,
  report: (line: string) => void,
  stop: AbortSignal,
): Promise<FuzzResult> {
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-fuzz-'));
  try {
    return await fuzzIn({ ...task, folder }, report, stop);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fuzzIn(
  task: ThreadTask,
  report: (line: string) => void,
  stop: AbortSignal,
): Promise<FuzzResult> {
  const outcomes = new Map<string, number>();
  const startMs = Date.now();
  let round = task.first;
  let roundStartMs = startMs;
  let finding: Finding | undefined;
  const thread = new Worker(new URL('thread.js', import.meta.url), { workerData: task });
  const find = (what: string): void => {
    finding ??= { round, what };
    void thread.terminate();
  };
  stop.addEventListener('abort', () => void thread.terminate());
  thread.on('message', (message: RoundMessage) => {
    if (finding !== undefined) return;
    if ('failure' in message) return find(message.failure);
    if (process.memoryUsage.rss() > MEMORY_BYTES)
      return find(`the process uses ${process.memoryUsage.rss()} bytes of memory`);
    outcomes.set(message.outcome, (outcomes.get(message.outcome) ?? 0) + 1);
    round += 1;
    roundStartMs = Date.now();
  });
  thread.on('error', (error) => find(`uncaught: ${inspect(error)}`));
  const watch = setInterval(() => {
    if (Date.now() - roundStartMs > ROUND_MS) find(`the round is not over after ${ROUND_MS / 1000} s`);
  }, 1000);
  const progress = setInterval(() => report(summary(outcomes, Date.now() - startMs)), PROGRESS_MS);
  try {
    await once(thread, 'exit');
  } catch {
    // An error of the thread is a finding already.
  } finally {
    clearInterval(watch);
    clearInterval(progress);
  }
  report(summary(outcomes, Date.now() - startMs));
  return { outcomes, finding };
}

function summary(outcomes: ReadonlyMap<string, number>, elapsedMs: number): string {
  const rounds = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...outcomes]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([type, count]) => `${type} ${count}`);
  const memory = Math.round(process.memoryUsage.rss() / 1024 / 1024);
  return `${rounds} rounds, ${Math.round((rounds * 1000) / Math.max(elapsedMs, 1))}/s, ${memory} MiB: ${parts.join(', ')}`;
}
