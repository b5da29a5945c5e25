import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** What came of a round. */
export type RoundMessage = { readonly outcome: string } | { readonly failure: string };

if (parentPort !== null) {
  const port = parentPort;
  const { seed, first, rounds, deadlineMs } = workerData as FuzzTask;
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-fuzz-'));
  const tell = (message: RoundMessage): void => port.postMessage(message);
  try {
    for (let round = first; round < first + rounds && Date.now() < deadlineMs; round += 1) {
      tell({ outcome: await playRound(inputOf(seed, round), folder) });
    }
  } catch (error) {
    tell({ failure: inspect(error) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
