import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcesses } from '../../local/processes.ts';
import { startStack } from '../../local/stack.ts';
import { dashboardExpressions, deployedDashboard } from '../support/prometheus/deployed.ts';
import { observeCase, untilQuiet, type AlertCase } from './alert-case.ts';
import { alertTable, areAsExpected, type AlertResult } from './alert-table.ts';
import { oneByOne, sideBySide } from './cases/all-cases.ts';
import { openWatchedExport, type WatchedExport } from './watched-export.ts';

// `npm run test:alerts`: brings about each alert of deploy/prometheus/rules.yml in a real Prometheus, and ends it again.

/** Time passes this many times as fast in the rules: an hour takes 15 seconds. */
const FACTOR = 240;

// The warning is off, as in client/main.ts. gRPC uses no proxy for the servers, which are on this machine.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
process.env['no_grpc_proxy'] = '127.0.0.1';

const startedAt = performance.now();
const say = (line: string): void => {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`);
};
const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-alerts-'));
let watched: WatchedExport | undefined;
let ending: Promise<void> | undefined;
const cleanUp = async (): Promise<void> => (ending ??= endAll());
// Otherwise workers and a mounted disk would stay behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void cleanUp().finally(() => process.exit(1)));

const results: AlertResult[] = [];
try {
  const stack = await startStack({ dataDir: folder, s3: 'seaweedfs', report: say });
  watched = await openWatchedExport(stack, folder, FACTOR, say);
  await observeAll(watched);
  const empty = await withoutData(watched);
  for (const expr of empty) console.log(`the dashboard asks for what is not there: ${expr}`);
  if (empty.length > 0 || !areAsExpected(results)) process.exitCode = 1;
} finally {
  await cleanUp();
  // Also when something failed before the end.
  console.log(`\n${alertTable(results)}\n\nin the rules, time passed ${FACTOR} times as fast`);
}
// The connections of gRPC's retries would keep the process alive.
process.exit();

async function observeAll(watched: WatchedExport): Promise<void> {
  const observe = async (one: AlertCase): Promise<void> => {
    const result = await observeCase(watched, one);
    results.push(result);
    say(`${result.problem === undefined ? 'fired and cleared' : `NOT SO: ${result.problem}`}: ${one.alert}`);
  };
  await untilQuiet(watched);
  say('Two workers and Prometheus are up, and no alert is active');
  await Promise.all(sideBySide.map(observe));
  for (const one of oneByOne) {
    await untilQuiet(watched);
    await observe(one);
  }
  await untilQuiet(watched);
}

/** The expressions of the dashboard that had no value in the whole time. */
async function withoutData({ prometheus }: WatchedExport): Promise<string[]> {
  const expressions = dashboardExpressions(deployedDashboard(), '15s');
  const seconds = (performance.now() - startedAt) / 1000;
  const found = await Promise.all(expressions.map((expr) => prometheus.query(expr, seconds)));
  return expressions.filter((_, index) =>
    found[index]?.every(({ points }) => points.every(([, value]) => Number.isNaN(value))),
  );
}

async function endAll(): Promise<void> {
  // What cannot be closed must not keep the servers from ending.
  await watched?.close().catch(() => undefined);
  await endProcesses();
  await rm(folder, { recursive: true, force: true });
}
