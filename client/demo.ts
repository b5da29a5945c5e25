import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { clientSettings } from '../config/settings.ts';
import { messageOf } from '../core/errors.ts';
import { hoursOf, InputInvalid } from '../core/interval.ts';
import type { DemoStack } from '../local/demo-stack.ts';
import { DuckDbSession } from '../local/duckdb-session.ts';
import { interruption } from '../local/interruption.ts';
import { answerQueries, answerText } from './demo-queries.ts';
import { hourRows, hourTable } from './terminal/hour-table.ts';
import { readRange } from './terminal/time-range.ts';
import { print, printAside, printJson } from './terminal/print.ts';

const DATE = '2026-01-01';

/** `amplitude-export demo`: runs the whole pipeline on this machine, with one sample day. */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('export a sample day through a real Temporal server and a real S3 server on this machine')
    .option('--keep', 'keep everything running until Ctrl-C, so that you can look at it')
    .option('--query', 'ask DuckDB about the landed files at the end, and print the queries')
    .option('--data <folder>', "folder for the servers' data (default: a temporary folder)")
    .option('--json', 'print the result as JSON, and everything else to stderr')
    .addHelpText('after', '\nExample:\n  amplitude-export demo --keep')
    .action(demo);
}

interface DemoOptions {
  readonly keep?: boolean;
  readonly query?: boolean;
  readonly data?: string;
  readonly json?: boolean;
}

async function demo({ keep = false, query = false, data, json = false }: DemoOptions): Promise<void> {
  // What cannot work is said at once.
  if (query) (await DuckDbSession.open(':memory:')).close();
  const folder = await makeFolder(data);
  const say = (text: string): void => (json ? printAside : print)(...text.split('\n'));
  const interrupted = interruption();
  say(`starting Temporal, S3, a sample API and a worker on 127.0.0.1, with their data in ${folder}`);
  const [{ startDemoStack }, { endProcesses }] = await Promise.all([
    import('../local/demo-stack.ts'),
    import('../local/processes.ts'),
  ]);
  const starting = startDemoStack(folder, DATE, say);
  const exporting = starting.then((stack) => exportSampleDay(stack, folder, { query, json }));
  let exitCode: number | undefined;
  try {
    exitCode = await Promise.race([exporting, interrupted]);
    if (keep && exitCode === undefined) {
      printHowToUse(await starting, say);
      const awake = setInterval(() => undefined, 60_000);
      await interrupted;
      clearInterval(awake);
    }
  } catch (error) {
    say(`the demo failed; the logs and data of its servers and its worker are in ${folder}`);
    throw error;
  } finally {
    if (keep || exitCode !== undefined) say('\nstopping');
    await endProcesses();
  }
  // Servers that were starting at Ctrl-C may still make folders, so wait for them. An export in progress has lost its
  // servers: it ends with this process.
  await starting.catch(() => undefined);
  if (data === undefined) await removeAllButLanded(folder);
  if (exitCode !== undefined) process.exit(exitCode);
}

async function makeFolder(data: string | undefined): Promise<string> {
  if (data === undefined) return mkdtemp(join(tmpdir(), 'amplitude-export-demo-'));
  try {
    await mkdir(data, { recursive: true });
    return resolve(data);
  } catch (error) {
    throw new InputInvalid(`--data ${data} is not a folder and cannot be made one (${messageOf(error)})`);
  }
}

async function exportSampleDay(
  { env }: DemoStack,
  folder: string,
  { query, json }: { readonly query: boolean; readonly json: boolean },
): Promise<undefined> {
  const [
    { openBucket },
    { Ledger },
    { copyBucket },
    { withClient },
    { followRun },
    { registerAttributes },
    { startRun },
  ] = await Promise.all([
    import('../bronze/connect.ts'),
    import('../bronze/ledger.ts'),
    import('../local/copy-bucket.ts'),
    import('./runs/with-client.ts'),
    import('./runs/follow-run.ts'),
    import('./runs/register-attributes.ts'),
    import('./runs/start-run.ts'),
  ]);
  // The SDKs read their own variables from the environment of this process.
  Object.assign(process.env, env);
  const settings = clientSettings(env);
  const bucket = await openBucket(settings.bucket);
  const interval = readRange(DATE, DATE);
  await withClient(settings.temporal, async (client) => {
    await registerAttributes(client);
    const handle = await startRun(client, settings.taskQueue, { ...interval, reprocess: false });
    await followRun(client, handle, settings.taskQueue);
  });
  const windows = hoursOf(interval);
  const { prefix } = settings.bucket;
  const hours = hourRows(windows, await new Ledger(bucket, prefix).read(windows));
  const landed = join(folder, 'landed');
  await copyBucket(bucket, `${prefix}/`, landed);
  const answers = query ? await answerQueries(landed, prefix) : undefined;
  if (json) {
    printJson({ hours, landed, ...(answers && { answers }) });
  } else {
    print(
      '',
      ...hourTable(hours).split('\n'),
      '',
      `The landed files are in ${landed}. To see the first event of the busy hour:`,
      `  gunzip -c ${landed}/${prefix}/events/dt=${DATE}/hour=13/part-0000-*.json.gz | head -n 1`,
    );
    if (answers !== undefined) print('', ...answerText(answers, landed).split('\n'));
  }
}

function printHowToUse({ uiUrl, env }: DemoStack, say: (line: string) => void): void {
  say(`\nTemporal Web UI: ${uiUrl}`);
  say('To use the command line against this stack, in another terminal:');
  for (const [name, value] of Object.entries(env)) say(`  export ${name}=${value}`);
  say('\nEverything runs until Ctrl-C.');
}

async function removeAllButLanded(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== 'landed');
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
  if ((await readdir(folder)).length === 0) await rm(folder, { recursive: true });
}
