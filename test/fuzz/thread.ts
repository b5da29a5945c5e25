import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { inputOf } from './input.ts';
import { playRound } from './round.ts';

/** Which rounds to play: all from the first on, until the deadline (milliseconds since 1970) or their number is reached. */
export interface FuzzTask {
  readonly seed: number;
  readonly first: number;
  readonly rounds: number;
  readonly deadlineMs: number;
}

/** A task, and the folder for the files of its rounds. */
export interface ThreadTask extends FuzzTask {
  readonly folder: string;
}

/** What came of a round. */
export type RoundMessage = { readonly outcome: string } | { readonly failure: string };

if (parentPort !== null) {
  const port = parentPort;
  const { seed, first, rounds, deadlineMs, folder } = workerData as ThreadTask;
  const tell = (message: RoundMessage): void => port.postMessage(message);
  try {
    for (let round = first; round < first + rounds && Date.now() < deadlineMs; round += 1) {
      tell({ outcome: await playRound(inputOf(seed, round), folder) });
    }
  } catch (error) {
    tell({ failure: inspect(error) });
  }
}
