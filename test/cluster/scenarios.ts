import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, cpuMsWithChildren } from '../../bench/support/process-figures.ts';
import { startTemporalServer } from '../../local/temporal-server.ts';
import { join } from 'node:path';
import { randomFor } from '../faults/fault-group.ts';
import { startTcpProxy } from '../faults/proxy/tcp-proxy.ts';
import type { ClusterSuite, Place } from './cluster-suite.ts';
import type { ClusterRow } from './cluster-table.ts';
import { killPostgresql, restartTemporal } from './kill-servers.ts';
import { backfillWeek, daysInARow, type Disturb, type Week } from './week.ts';

const WEEK = daysInARow(7);
/** For --quick, and for what takes many times as long. */
const TWO_DAYS = daysInARow(2);

const CUT_MS = 60_000;
const DELAY_MS = 50;

/** A scenario by its name. */
export interface ClusterScenario {
  readonly name: string;
  /** True when it is a part of --quick. */
  readonly quick?: true;
  readonly run: (suite: ClusterSuite, name: string) => Promise<ClusterRow>;
}

/** All scenarios, in the order in which they run. */
export const scenarios: readonly ClusterScenario[] = [
  { name: 'no fault, one worker', run: async (suite, name) => undisturbed(suite, measured(suite), name, 1) },
  { name: 'no fault, two workers', run: async (suite, name) => undisturbed(suite, measured(suite), name, 2) },
  { name: 'development server, one worker', run: async (suite, name) => onDevelopmentServer(suite, name, 1) },
  {
    name: 'development server, two workers',
    run: async (suite, name) => onDevelopmentServer(suite, name, 2),
  },
  { name: 'one of two workers killed for good', quick: true, run: onTwoWorkers(killWorker) },
  { name: 'PostgreSQL killed, started again', quick: true, run: onTwoWorkers(killDatabase) },
  { name: 'Temporal ended and killed, started again', run: onTwoWorkers(endTemporal) },
  { name: 'one of two workers cut off for a minute', run: cutWorkerOff },
  { name: 'slow database: 50 ms each way', run: slowDatabase },
];

function native({ stack }: ClusterSuite): Place {
  return { temporal: { address: stack.temporal.address } };
}

function measured({ stack }: ClusterSuite): Place {
  return {
    temporal: { address: stack.temporal.address },
    cpuMs: async () => (await cpuMs([stack.temporal.pid])) + (await cpuMsWithChildren(stack.postgresql.pid)),
  };
}

/** A backfill without faults: it counts the workers, for a verdict on its audit. */
async function undisturbed(
  suite: ClusterSuite,
  place: Place,
  name: string,
  workers: number,
): Promise<ClusterRow> {
  return backfillWeek(suite, place, name, WEEK, async (week) => {
    for (let started = 0; started < workers; started += 1) await week.startWorker();
    await week.untilPart(1);
    return workers;
  });
}

async function onDevelopmentServer(suite: ClusterSuite, name: string, workers: number): Promise<ClusterRow> {
  const dataDir = join(suite.folder, `development-${workers}`);
  const temporal = await startTemporalServer({ dataDir, report: suite.say });
  try {
    return await undisturbed(suite, { temporal, cpuMs: () => cpuMs([temporal.pid]) }, name, workers);
  } finally {
    await temporal.stop();
  }
}

type Fault = (suite: ClusterSuite, week: Week, random: ReturnType<typeof randomFor>) => Promise<number>;

function onTwoWorkers(fault: Fault): ClusterScenario['run'] {
  return async (suite, name) => {
    const random = randomFor(suite, name);
    const disturb: Disturb = async (week) => fault(suite, week, random);
    return backfillWeek(suite, native(suite), name, suite.quick ? TWO_DAYS : WEEK, disturb);
  };
}

async function killWorker(
  _: ClusterSuite,
  week: Week,
  random: ReturnType<typeof randomFor>,
): Promise<number> {
  const worker = await week.startWorker();
  await week.startWorker();
  await week.untilPart((40 + random.below(20)) / 100);
  const killed = week.isOver() ? 0 : 1;
  process.kill(worker.pid, 'SIGKILL');
  return killed;
}

async function killDatabase(
  { stack, say }: ClusterSuite,
  week: Week,
  random: ReturnType<typeof randomFor>,
): Promise<number> {
  await week.startWorker();
  await week.startWorker();
  let killed = 0;
  for (const part of [20, 50]) {
    await week.untilPart((part + random.below(20)) / 100);
    if (week.isOver()) break;
    await killPostgresql(stack, random.below(5000));
    killed += 1;
    say(`PostgreSQL was killed and started again: ${killed} of 2`);
  }
  return killed;
}

async function endTemporal(
  { stack, say }: ClusterSuite,
  week: Week,
  random: ReturnType<typeof randomFor>,
): Promise<number> {
  await week.startWorker();
  await week.startWorker();
  let ended = 0;
  for (const [signal, part] of [
    ['SIGTERM', 20],
    ['SIGKILL', 50],
  ] as const) {
    await week.untilPart((part + random.below(20)) / 100);
    if (week.isOver()) break;
    await restartTemporal(stack, signal, random.below(5000));
    ended += 1;
    say(`Temporal was ended by ${signal} and started again`);
  }
  return ended;
}

async function cutWorkerOff(suite: ClusterSuite, name: string): Promise<ClusterRow> {
  const random = randomFor(suite, name);
  const proxy = await startTcpProxy(suite.stack.temporal.ports.FRONTEND_GRPC_PORT);
  try {
    return await backfillWeek(suite, native(suite), name, WEEK, async (week) => {
      await week.startWorker({ TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}` });
      await week.startWorker();
      await week.untilPart((20 + random.below(20)) / 100);
      const cut = week.isOver() ? 0 : 1;
      proxy.cut();
      await sleep(CUT_MS);
      proxy.mend();
      return proxy.disturbed() > 0 ? cut : 0;
    });
  } finally {
    await proxy.close();
  }
}

async function slowDatabase(suite: ClusterSuite, name: string): Promise<ClusterRow> {
  const { stack } = suite;
  const proxy = await startTcpProxy(stack.postgresql.port);
  try {
    await restartTemporal(stack, 'SIGTERM', 0, proxy.port);
    proxy.setDelay(DELAY_MS);
    return await backfillWeek(suite, native(suite), name, TWO_DAYS, async (week) => {
      await week.startWorker();
      await week.startWorker();
      await week.untilPart(1);
      return proxy.disturbed() > 0 ? 1 : 0;
    });
  } finally {
    proxy.setDelay(0);
    await restartTemporal(stack, 'SIGTERM', 0);
    await proxy.close();
  }
}
