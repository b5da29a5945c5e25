import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pMap } from '../../core/p-map.ts';
import { startStack } from '../../local/stack.ts';
import type { FaultGroup, FaultSuite } from './fault-group.ts';
import { failedGroup, faultTable, reasonOf, verdictOn, type FaultRow } from './fault-table.ts';

// The warning is off, as in client/main.ts. gRPC uses no proxy for the servers, which are on this machine.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
process.env['no_grpc_proxy'] = '127.0.0.1';

const groupsFolder = new URL('groups/', import.meta.url);
const allGroups = (await readdir(groupsFolder)).flatMap((file) =>
  file.endsWith('.js') ? file.slice(0, -3) : [],
);

const wanted = readArguments();
if (wanted === undefined) {
  console.error(
    `usage: npm run test:faults -- [--seed SEED] [--quick] [GROUP ...], where GROUP is one of ${allGroups.join(', ')}`,
  );
  process.exitCode = 2;
} else {
  await injectFaults(wanted.groups, wanted.seed, wanted.quick);
}

/** The arguments; undefined when they do not match the usage. */
function readArguments(): { groups: string[]; seed: string; quick: boolean } | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { seed: { type: 'string' }, quick: { type: 'boolean', default: false } },
    });
    const groups = positionals.length === 0 ? allGroups : positionals;
    if (!groups.every((group) => allGroups.includes(group))) return undefined;
    return { groups, seed: values.seed ?? String(Date.now()), quick: values.quick };
  } catch {
    return undefined;
  }
}

async function injectFaults(names: readonly string[], seed: string, quick: boolean): Promise<void> {
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-faults-'));
  const say = (line: string): void => {
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`);
  };
  console.log(`seed ${seed}: the same seed injects the same faults`);
  const { temporal, s3, stop } = await startStack({ dataDir: folder, s3: 'versitygw', report: say });
  const suite: FaultSuite = { temporal, s3, folder, seed, quick, open: new Set(), say };
  let cleaning: Promise<void> | undefined;
  const cleanUp = async (): Promise<void> => (cleaning ??= endAll(suite, stop));
  // Otherwise stopped workers and mounted disks would stay behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // Work in progress fails when its servers end; errors of gRPC's retries cannot be caught.
      for (const event of ['unhandledRejection', 'uncaughtException']) process.on(event, () => undefined);
      void cleanUp().finally(() => process.exit(1));
    });
  }
  const rows: FaultRow[] = [];
  const add = (row: FaultRow): void => {
    rows.push(row);
    say(`${verdictOn(row)}: ${row.fault}${reasonOf(row)}`);
  };
  const runGroup = async (name: string): Promise<void> => {
    try {
      const group = (await import(new URL(`${name}.js`, groupsFolder).href)) as { default: FaultGroup };
      for await (const row of group.default(suite)) add(row);
    } catch (error) {
      // The results of the other groups must be reported too.
      add(failedGroup(name, error));
    }
  };
  try {
    // Most of the time passes until Temporal takes a worker for dead: a few groups can wait at the same time.
    await pMap(names, runGroup, { concurrency: quick ? names.length : 1 });
  } finally {
    await cleanUp();
  }
  console.log(`\n${faultTable(rows)}\n`);
  const verdicts = rows.map(verdictOn);
  const unclean = verdicts.filter((verdict) => verdict === 'NOT CLEAN').length;
  const notRun = verdicts.filter((verdict) => verdict === 'COULD NOT RUN').length;
  if (unclean > 0) console.log(`${unclean} of ${rows.length} faults were not clean; seed ${seed}`);
  if (notRun > 0) console.log(`${notRun} of ${rows.length} faults could not run: they proved nothing`);
  if (unclean === 0 && notRun === 0) console.log('nothing lost');
  else process.exitCode = 1;
}

async function endAll({ open, folder }: FaultSuite, stopServers: () => Promise<void>): Promise<void> {
  // A scenario that cannot be closed must not keep the others open.
  for (const scenario of open) await scenario.close().catch(() => undefined);
  await stopServers();
  await rm(folder, { recursive: true, force: true });
}
