import { setTimeout as sleep } from 'node:timers/promises';

import { messageOf } from '../core/errors.ts';
import { ServerNotStarted } from './errors.ts';
import type { RunningProcess } from './processes.ts';

const pollMs = 25;
const patienceSeconds = 60;

/** Thrown when a server found its port taken: worth another start on other ports. */
class PortTaken extends ServerNotStarted {}

/**
 * Resolves when `isReady` does, polling every 25 ms. Throws `ServerNotStarted`, with the end of the log, when the
 * process ends first or is not ready after 60 seconds; then it is stopped.
 */
export async function untilReady(process: RunningProcess, isReady: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + patienceSeconds * 1000;
  const end: { code?: number } = {};
  void process.exited.then((code) => (end.code = code));
  for (;;) {
    try {
      await isReady();
      return;
    } catch (thrown) {
      if (end.code !== undefined) throw await diedEarly(process, end.code);
      if (performance.now() > deadline) {
        await process.stop();
        throw new ServerNotStarted(
          `${process.name} does not answer after ${patienceSeconds} s (${messageOf(thrown)}). The end of its log:\n${await process.logTail()}`,
          { cause: thrown },
        );
      }
    }
    await sleep(pollMs);
  }
}

/** Calls `start` and, when it finds one of its ports taken, once more: `start` chooses other ports then. */
export async function againIfPortTaken<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (thrown) {
    if (thrown instanceof PortTaken) return start();
    throw thrown;
  }
}

async function diedEarly(process: RunningProcess, code: number): Promise<ServerNotStarted> {
  const log = await process.logTail();
  const Cause = /address already in use|not available|port .* in use/i.test(log)
    ? PortTaken
    : ServerNotStarted;
  return new Cause(`${process.name} ended with code ${code} while starting. The end of its log:\n${log}`);
}
