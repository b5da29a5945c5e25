import type { S3Server } from '../../local/s3-server.ts';
import { hashText, Random } from '../../local/sample-api/random.ts';
import type { TemporalServer } from '../../local/temporal-server.ts';
import type { FaultRow } from './fault-table.ts';

/** The servers and settings that all groups of faults use. */
export interface FaultSuite {
  readonly temporal: TemporalServer;
  readonly s3: S3Server;
  /** A folder for the servers' and workers' data. */
  readonly folder: string;
  readonly seed: string;
  /** Only a part of the faults, for .ci/run. */
  readonly quick: boolean;
  /** Every open scenario: they are closed when the suite is stopped. */
  readonly open: Set<{ close(): Promise<void> }>;
  /** Prints a line of progress. */
  readonly say: (line: string) => void;
}

/** Injects faults of one kind and yields their rows. */
export type FaultGroup = (suite: FaultSuite) => AsyncGenerator<FaultRow, void, undefined>;

/** With this many events in the busy hour, its archive and its event file are larger than one small part. */
export const EVENTS_IN_PARTS = 24_000;

/** Random numbers for one scenario, from the suite's seed: they do not depend on the order of scenarios. */
export function randomFor({ seed }: Pick<FaultSuite, 'seed'>, scenario: string): Random {
  return new Random(hashText(`${seed} ${scenario}`));
}

/** Runs the scenarios, `atOnce` at a time, and yields their results as they end. If one fails, waits for those in progress. */
export async function* together<T, R>(
  scenarios: readonly T[],
  atOnce: number,
  run: (scenario: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const waiting = scenarios.values();
  const inProgress = new Map<number, Promise<{ lane: number; result: R }>>();
  const begin = (lane: number): void => {
    const { done, value } = waiting.next();
    inProgress.delete(lane);
    if (done !== true)
      inProgress.set(
        lane,
        run(value).then((result) => ({ lane, result })),
      );
  };
  for (let lane = 0; lane < atOnce; lane += 1) begin(lane);
  try {
    while (inProgress.size > 0) {
      const { lane, result } = await Promise.race(inProgress.values());
      begin(lane);
      yield result;
    }
  } finally {
    await Promise.allSettled(inProgress.values());
  }
}
