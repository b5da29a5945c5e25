import type { S3Server } from '../../local/s3-server.ts';
import { hashText, Random } from '../../local/sample-api/random.ts';
import type { TemporalServer } from '../../local/temporal-server.ts';
import type { FaultRow } from './fault-table.ts';

/** What the groups of faults work with. */
export interface FaultSuite {
  readonly temporal: TemporalServer;
  readonly s3: S3Server;
  /** A folder for the servers' and workers' data. */
  readonly folder: string;
  readonly seed: string;
  /** Only a bounded part of the faults, for the gate. */
  readonly quick: boolean;
  /** What is to be ended should the suite be stopped: every scenario that is open. */
  readonly open: Set<{ close(): Promise<void> }>;
  /** Prints a line of progress. */
  readonly say: (line: string) => void;
}

/** Injects faults of one kind and tells what became of the hours. */
export type FaultGroup = (suite: FaultSuite) => AsyncGenerator<FaultRow, void, undefined>;

/** As many events in the busy hour as put its archive, and what is made of it, above the size of a small part. */
export const EVENTS_IN_PARTS = 20_000;

/** Numbers of one scenario's own, from the suite's seed: the order in which scenarios run does not matter. */
export function randomFor({ seed }: FaultSuite, scenario: string): Random {
  return new Random(hashText(`${seed} ${scenario}`));
}

/** Yields what the scenarios give, as they end; so many run at once. When one fails it waits for those in progress. */
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
