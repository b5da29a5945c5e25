import { join } from 'node:path';
import { cpuMs, cpuMsWithChildren } from '../../bench/support/process-figures.ts';
import { startTemporalServer } from '../../local/temporal-server.ts';
import { nativePlace, type ClusterSuite, type Place, type RunScenario } from './cluster-suite.ts';
import type { ClusterRow } from './cluster-table.ts';
import { databaseBytes } from './database-size.ts';
import { WEEK } from './load.ts';
import { backfillWeek } from './week.ts';

/** A week without faults on the stack, for its figures. */
export function onNativeStack(workers: number): RunScenario {
  return async (suite, name) => {
    const { stack } = suite;
    const cpuOfServers = async (): Promise<number> =>
      (await cpuMs([stack.temporal.pid])) + (await cpuMsWithChildren(stack.postgresql.pid));
    const figures = { cpuMs: cpuOfServers, databaseBytes: () => databaseBytes(stack) };
    return undisturbed(suite, { ...nativePlace(suite), ...figures }, name, workers);
  };
}

/** The same week on the development server that demo and tests use, which has its database in itself. */
export function onDevelopmentServer(workers: number): RunScenario {
  return async (suite, name) => {
    const dataDir = join(suite.folder, `development-${workers}`);
    const temporal = await startTemporalServer({ dataDir, report: suite.say });
    try {
      return await undisturbed(suite, { temporal, cpuMs: () => cpuMs([temporal.pid]) }, name, workers);
    } finally {
      await temporal.stop();
    }
  };
}

async function undisturbed(
  suite: ClusterSuite,
  place: Place,
  name: string,
  workers: number,
): Promise<ClusterRow> {
  return backfillWeek(suite, place, name, WEEK, async (week) => {
    for (let started = 0; started < workers; started += 1) await week.startWorker();
    await week.untilPart(1);
    // Without a fault, the workers count: the verdict is that of the audit.
    return workers;
  });
}
