import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interruption } from '../local/interruption.ts';
import { endProcesses } from '../local/processes.ts';

/**
 * The default export of each benchmark file: it measures, prints the results, and sets the exit code to 1 when an
 * expectation is not met. Its servers keep their data in `folder`, which is new and is removed at the end.
 */
export type Benchmark = (folder: string) => Promise<void>;

// For the same reason as in client/main.ts.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const benchmarks = new URL('.', import.meta.url);
const names = readdirSync(benchmarks)
  .filter((file) => file.endsWith('.js') && file !== 'main.js')
  .map((file) => file.slice(0, -3));

const [name = ''] = process.argv.slice(2);
if (names.includes(name)) {
  const benchmark = (await import(new URL(`${name}.js`, benchmarks).href)) as { default: Benchmark };
  await runUntilInterrupted(benchmark.default);
} else {
  console.error(`usage: npm run bench -- NAME, where NAME is one of ${names.join(', ')}`);
  process.exitCode = 2;
}

/** Runs a benchmark to its end, or to SIGINT or SIGTERM, and clears up after it in either case. */
async function runUntilInterrupted(benchmark: Benchmark): Promise<void> {
  const interrupted = interruption();
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-bench-'));
  let exitCode: number | void;
  try {
    exitCode = await Promise.race([benchmark(folder), interrupted]);
  } finally {
    await endProcesses();
    await rm(folder, { recursive: true, force: true });
  }
  // An interrupted benchmark has lost its servers and would still send requests to them.
  if (exitCode !== undefined) process.exit(exitCode);
}
