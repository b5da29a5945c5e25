import { parentPort, threadId } from 'node:worker_threads';
import '../../amplitude/parse-thread.ts';
import type { ThreadTask } from '../../amplitude/parse-thread.ts';

/** The channel on which the threads report their tasks. */
export const TASKS = 'amplitude-export parse tasks';

/** A task has begun in this thread. */
export interface BegunTask {
  readonly threadId: number;
  readonly archive: string;
  readonly index: number;
}

// A parse thread that reports each task, and crashes at members of certain names.
const channel = new BroadcastChannel(TASKS);
channel.unref();
parentPort?.on('message', (message: ThreadTask) => {
  if (message.kind !== 'parse') return;
  const {
    hour: { archive },
    index,
    member: { name },
  } = message.task;
  channel.postMessage({ threadId, archive, index } satisfies BegunTask);
  if (name === 'exit') process.exit(3);
  if (name.startsWith('throw')) throw new Error(name);
  if (name === 'memory')
    for (const kept: number[][] = []; ;) kept.push(Array.from({ length: 1000 }, () => 0.5));
});
