import { setTimeout as sleep } from 'node:timers/promises';

import { messageOf } from '../core/errors.ts';
import { ServerNotStarted } from './errors.ts';
import type { RunningProcess } from './processes.ts';

const pollMs = 25;
const patienceSeconds = 60;

/** A server found its port taken: a start on other ports may succeed. */
class PortTaken extends ServerNotStarted {}

/**
 * Polls `isReady` every 25 ms until it resolves.
 * @throws ServerNotStarted, with the end of the log, when the process ends first or is not ready after 60 seconds; then
 * it is stopped
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

/**
 * Calls `start`, and once more when it found a port taken: it must then choose other ports.
 * @throws the error of `start`
 */
export async function retryIfPortTaken<T>(start: () => Promise<T>): Promise<T> {
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
