import type { Random } from '../../local/sample-api/random.ts';
import { randomFor } from '../faults/fault-group.ts';
import { nativePlace, type ClusterSuite, type RunScenario } from './cluster-suite.ts';
import { killPostgresql, restartTemporal } from './kill-servers.ts';
import { TWO_DAYS, WEEK } from './load.ts';
import { backfillWeek, type Week } from './week.ts';

/** Servers come back after a pause of at most so many milliseconds. */
const LONGEST_PAUSE_MS = 5000;

/** SIGKILL for one of two workers near the middle of the backfill; it does not come back. */
export const killWorker: RunScenario = onTwoWorkers(async (_, week, random, first) => {
  await week.untilPart((40 + random.below(20)) / 100);
  const killed = week.isOver() ? 0 : 1;
  process.kill(first, 'SIGKILL');
  return killed;
});

/** SIGKILL for PostgreSQL, twice; it starts again on its data, at the same port. */
export const killDatabase: RunScenario = onTwoWorkers(async ({ stack, say }, week, random) => {
  let killed = 0;
  for (const part of [20, 50]) {
    await week.untilPart((part + random.below(20)) / 100);
    if (week.isOver()) break;
    await killPostgresql(stack, random.below(LONGEST_PAUSE_MS));
    killed += 1;
    say(`PostgreSQL was killed and started again: ${killed} of 2`);
  }
  return killed;
});

/** The Temporal server is asked to end, and later killed; each time it starts again, at the same ports. */
export const endTemporal: RunScenario = onTwoWorkers(async ({ stack, say }, week, random) => {
  let ended = 0;
  for (const [signal, part] of [
    ['SIGTERM', 20],
    ['SIGKILL', 50],
  ] as const) {
    await week.untilPart((part + random.below(20)) / 100);
    if (week.isOver()) break;
    await restartTemporal(stack, signal, random.below(LONGEST_PAUSE_MS));
    ended += 1;
    say(`Temporal was ended by ${signal} and started again`);
  }
  return ended;
});

/** Causes a fault while two workers export, and returns how often it happened; `first` is the id of one of them. */
type Fault = (suite: ClusterSuite, week: Week, random: Random, first: number) => Promise<number>;

function onTwoWorkers(fault: Fault): RunScenario {
  return async (suite, name) =>
    backfillWeek(suite, nativePlace(suite), name, suite.quick ? TWO_DAYS : WEEK, async (week) => {
      const { pid: first } = await week.startWorker();
      await week.startWorker();
      return fault(suite, week, randomFor(suite, name), first);
    });
}
