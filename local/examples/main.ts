import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../core/errors.ts';
import { runToEnd } from '../binaries/run-to-end.ts';
import { findTemporalCli } from '../binaries/temporal-cli.ts';
import { startDemoStack } from '../demo-stack.ts';
import { interruption } from '../interruption.ts';
import { endProcesses } from '../processes.ts';
import { allEqual, countsTable, type ExampleResult } from './counts-table.ts';
import { dbtExample } from './dbt-example.ts';
import { ndjsonExample, parquetExample } from './duckdb-example.ts';
import type { Example, ExampleBucket } from './example.ts';

// For the same reason as in client/main.ts.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const DATE = '2026-01-01';
const examples: readonly Example[] = [ndjsonExample, parquetExample, dbtExample];
const commandLine = fileURLToPath(new URL('../../client/main.js', import.meta.url));
const say = (line: string): void => console.error(line);

const interrupted = interruption();
const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-examples-'));
let exitCode = 1;
try {
  exitCode = await Promise.race([runExamples(), interrupted]);
} finally {
  await endProcesses();
  await rm(folder, { recursive: true, force: true });
}
process.exit(exitCode);

/**
 * Exports the sample day and the events list, runs every example, also after one that failed, and prints their counts. Returns
 * the exit code.
 */
async function runExamples(): Promise<number> {
  const bucket = await exportSampleDay();
  const results: ExampleResult[] = [];
  for (const [index, example] of examples.entries()) {
    const ownFolder = join(folder, `example-${index}`);
    await mkdir(ownFolder);
    say(`running ${example.name}`);
    results.push(...(await resultsOf(example, bucket, ownFolder)));
  }
  console.log(`\n${countsTable(results)}`);
  return allEqual(results) ? 0 : 1;
}

async function resultsOf(
  example: Example,
  bucket: ExampleBucket,
  ownFolder: string,
): Promise<ExampleResult[]> {
  const { name } = example;
  try {
    const counts = await example.run(bucket, ownFolder, say);
    return counts.map((count) => ({ example: name, ...count }));
  } catch (error) {
    say(`${name} failed: ${messageOf(error)}`);
    return [{ example: name, failed: true }];
  }
}

async function exportSampleDay(): Promise<ExampleBucket> {
  const { env } = await startDemoStack(folder, DATE, say, { OUTPUTS: 'raw,events,parquet' });
  say(`exporting ${DATE}`);
  await runToEnd(process.execPath, [commandLine, 'run', '--from', DATE, '--to', DATE], folder, env);
  // A daily schedule starts this workflow; here it is started by hand.
  const snapshot = ['--type', 'snapshotEventsList', '--task-queue', 'amplitude-export'];
  await runToEnd(await findTemporalCli(say), ['workflow', 'execute', ...snapshot], folder, env);
  return {
    endpoint: env['AWS_ENDPOINT_URL_S3'] ?? '',
    region: env['AWS_REGION'] ?? '',
    bucket: env['AWS_BUCKET_NAME'] ?? '',
    prefix: 'amplitude',
    accessKeyId: env['S3_USER_ACCESS_KEY'] ?? '',
    secretAccessKey: env['S3_USER_SECRET_KEY'] ?? '',
  };
}
