import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interruption } from '../local/interruption.ts';
import { endProcesses } from '../local/processes.ts';
import type { Benchmark } from './support/benchmark.ts';
import { chartOf } from './support/chart.ts';
import type { BenchReport } from './support/report.ts';
import { runBenchmarks } from './support/run-benchmarks.ts';

// For the same reason as in client/main.ts.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** Those whose figures have limits: `all` runs them in this order. */
const limited = ['parse', 'small-hours', 'hour', 'memory', 'orchestration', 'parquet', 'metrics'];
const names = [...limited, 'status'];

const USAGE = `usage: npm run bench -- NAME [--json] [--small], where NAME is one of ${names.join(', ')}, or all
       npm run bench -- chart REPORT.json PICTURE.svg`;

const [name = '', ...options] = process.argv.slice(2);
if (name === 'chart' && options.length === 2) {
  const [from = '', to = ''] = options;
  await writeFile(to, chartOf(JSON.parse(await readFile(from, 'utf8')) as BenchReport));
} else if ([...names, 'all'].includes(name) && options.every((option) => /^--(json|small)$/.test(option))) {
  await runUntilInterrupted(name === 'all' ? limited : [name]);
} else {
  console.error(USAGE);
  process.exitCode = 2;
}

/** Runs benchmarks to their end, or to SIGINT or SIGTERM, and clears up after them in either case. */
async function runUntilInterrupted(chosen: readonly string[]): Promise<void> {
  const interrupted = interruption();
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-bench-'));
  let exitCode: number;
  try {
    exitCode = await Promise.race([run(chosen, folder), interrupted]);
  } finally {
    await endProcesses();
    await rm(folder, { recursive: true, force: true });
  }
  // Also an interrupted benchmark ends here: it has lost its servers and would still send requests to them.
  process.exit(exitCode);
}

async function run(chosen: readonly string[], folder: string): Promise<number> {
  const benchmarks = new Map<string, Benchmark>();
  for (const name of chosen) {
    const module = (await import(new URL(`${name}.js`, import.meta.url).href)) as { default: Benchmark };
    benchmarks.set(name, module.default);
  }
  return runBenchmarks(benchmarks, {
    folder,
    small: options.includes('--small'),
    json: options.includes('--json'),
    print: (text) => console.log(text),
    say: (text) => console.error(text),
  });
}
