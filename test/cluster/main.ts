import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { endProcesses } from '../../local/processes.ts';
import { makeStackFolder } from '../../local/native/stack-folder.ts';
import { NativeStack } from '../../local/native/native-stack.ts';
import { messageOf } from '../../core/errors.ts';
import { failedGroup, reasonOf, verdictOn } from '../faults/fault-table.ts';
import { checkStack } from './check-stack.ts';
import type { ClusterSuite } from './cluster-suite.ts';
import { clusterTable, NO_FIGURES, type ClusterRow } from './cluster-table.ts';
import { scenarios, type ClusterScenario } from './scenarios.ts';

// As in faults/main.ts.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
process.env['no_grpc_proxy'] = '127.0.0.1';

const wanted = readArguments();
if (wanted === undefined) {
  const names = scenarios.map(({ name }) => `"${name}"`).join(', ');
  console.error(
    `usage: npm run test:cluster -- [--seed SEED] [--quick] [SCENARIO ...], where SCENARIO is one of ${names}`,
  );
  process.exitCode = 2;
} else {
  await runAll(wanted);
}

interface Wanted {
  readonly chosen: readonly ClusterScenario[];
  readonly seed: string;
  readonly quick: boolean;
}

/** The arguments; undefined when they do not match the usage. */
function readArguments(): Wanted | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { seed: { type: 'string' }, quick: { type: 'boolean', default: false } },
    });
    if (!positionals.every((name) => scenarios.some((scenario) => scenario.name === name))) return undefined;
    const all = values.quick ? scenarios.filter(({ quick }) => quick === true) : scenarios;
    const chosen =
      positionals.length === 0 ? all : scenarios.filter(({ name }) => positionals.includes(name));
    return { chosen, seed: values.seed ?? String(Date.now()), quick: values.quick };
  } catch {
    return undefined;
  }
}

async function runAll({ chosen, seed, quick }: Wanted): Promise<void> {
  const startedAt = performance.now();
  const say = (line: string): void => {
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`);
  };
  console.log(`seed ${seed}: the same seed makes the same data, and the same choices of moments`);
  const folder = await makeStackFolder();
  const open: ClusterSuite['open'] = new Set();
  let cleaning: Promise<void> | undefined;
  const cleanUp = async (): Promise<void> => (cleaning ??= endAll(open, folder));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // As in faults/main.ts: work in progress fails when its servers end.
      for (const event of ['unhandledRejection', 'uncaughtException']) process.on(event, () => undefined);
      void cleanUp().finally(() => process.exit(1));
    });
  }
  const rows: ClusterRow[] = [];
  try {
    const stack = await NativeStack.start(folder, say);
    say(await checkStack(stack));
    const suite: ClusterSuite = { stack, folder, seed, quick, open, say };
    for (const { name, run } of chosen) {
      const row = await run(suite, name).catch((error: unknown): ClusterRow => ({
        ...failedGroup(name, error),
        ...NO_FIGURES,
      }));
      rows.push(row);
      say(`${row.seconds.toFixed(0)} s, ${verdictOn(row)}: ${name}${reasonOf(row)}`);
    }
  } catch (error) {
    // Not messageOf, which makes one line.
    console.error(error instanceof Error ? error.message : messageOf(error));
    process.exitCode = 1;
  } finally {
    await cleanUp();
  }
  if (rows.length > 0) console.log(`\n${clusterTable(rows)}\n`);
  if (rows.some((row) => verdictOn(row) !== 'clean')) process.exitCode = 1;
}

async function endAll(open: ClusterSuite['open'], folder: string): Promise<void> {
  // A scenario that cannot be closed must not keep the servers running.
  for (const scenario of open) await scenario.close().catch(() => undefined);
  await endProcesses();
  await rm(folder, { recursive: true, force: true });
}
