import { setTimeout as sleep } from 'node:timers/promises';
import { randomFor } from '../faults/fault-group.ts';
import { startTcpProxy, type TcpProxy } from '../faults/proxy/tcp-proxy.ts';
import { nativePlace, type ClusterSuite, type RunScenario } from './cluster-suite.ts';
import type { ClusterRow } from './cluster-table.ts';
import { restartTemporal } from './kill-servers.ts';
import { TWO_DAYS, WEEK, type Load } from './load.ts';
import { backfillWeek, type Disturb, type Week } from './week.ts';

const CUT_MS = 60_000;

const SLOW_MS = 10;
/** With this delay the tasks of the Temporal server itself time out: no run gets on until the delay ends. */
const VERY_SLOW_MS = 50;
const VERY_SLOW_FOR_MS = 60_000;

/** The network between one of two workers and Temporal forwards nothing for a minute. */
export const cutWorkerOff: RunScenario = async (suite, name) => {
  const random = randomFor(suite, name);
  const proxy = await startTcpProxy(suite.stack.temporal.ports.FRONTEND_GRPC_PORT);
  const disturb: Disturb = async (week) => {
    await week.startWorker({ TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}` });
    await week.startWorker();
    await week.untilPart((20 + random.below(20)) / 100);
    const cut = week.isOver() ? 0 : 1;
    proxy.cut();
    await sleep(CUT_MS);
    proxy.mend();
    return proxy.disturbed() > 0 ? cut : 0;
  };
  try {
    return await backfillWeek(suite, nativePlace(suite), name, WEEK, disturb);
  } finally {
    await proxy.close();
  }
};

/** Every answer of the database is late, all the time. It takes many times as long, so it is two days. */
export const slowDatabase: RunScenario = async (suite, name) =>
  onProxiedDatabase(suite, name, TWO_DAYS, async (week, proxy) => {
    proxy.setDelay(SLOW_MS);
    await week.untilPart(1);
  });

/** Every answer of the database is very late, for a minute. */
export const verySlowDatabase: RunScenario = async (suite, name) => {
  const random = randomFor(suite, name);
  return onProxiedDatabase(suite, name, WEEK, async (week, proxy) => {
    await week.untilPart((20 + random.below(20)) / 100);
    if (week.isOver()) return;
    proxy.setDelay(VERY_SLOW_MS);
    await sleep(VERY_SLOW_FOR_MS);
    proxy.setDelay(0);
  });
};

/** Backfills with two workers while Temporal reaches its database by a proxy, which `disturb` makes slow. */
async function onProxiedDatabase(
  suite: ClusterSuite,
  name: string,
  load: Load,
  disturb: (week: Week, proxy: TcpProxy) => Promise<void>,
): Promise<ClusterRow> {
  const { stack } = suite;
  const proxy = await startTcpProxy(stack.postgresql.port);
  try {
    await restartTemporal(stack, 'SIGTERM', 0, proxy.port);
    return await backfillWeek(suite, nativePlace(suite), name, load, async (week) => {
      await week.startWorker();
      await week.startWorker();
      await disturb(week, proxy);
      return proxy.disturbed() > 0 ? 1 : 0;
    });
  } finally {
    proxy.setDelay(0);
    await restartTemporal(stack, 'SIGTERM', 0);
    await proxy.close();
  }
}
