import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { inputOf } from './input.ts';
import { runRound } from './round.ts';

/** Which rounds to run: `rounds` rounds from `first` on, or fewer if the deadline comes (milliseconds since 1970). */
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

/** The outcome of a round. */
export type RoundMessage = { readonly outcome: string } | { readonly failure: string };

if (parentPort !== null) {
  const port = parentPort;
  const { seed, first, rounds, deadlineMs, folder } = workerData as ThreadTask;
  const post = (message: RoundMessage): void => port.postMessage(message);
  try {
    for (let round = first; round < first + rounds && Date.now() < deadlineMs; round += 1) {
      post({ outcome: await runRound(inputOf(seed, round), folder) });
    }
  } catch (error) {
    post({ failure: inspect(error) });
  }
}
