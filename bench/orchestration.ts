import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { Ledger } from '../bronze/ledger.ts';
import { startBackfill } from '../client/backfill/start-backfill.ts';
import { dateAndHour, parseHourWindow } from '../core/hour-window.ts';
import { hourCount, hoursOf, type Interval } from '../core/interval.ts';
import { cpuMs } from './support/cpu-time.ts';
import type { fanOut } from './fan-out/workflow.ts';
import { allHistories, peakHoursInFlight, replayAll } from './support/histories.ts';
import { startReady, startYearStack } from './support/year-stack.ts';
import type { Benchmark } from './main.ts';

const YEAR: Interval = { start: parseHourWindow('2025-01-01T00'), end: parseHourWindow('2025-12-31T23') };
const CONCURRENCY = 32;
/** At this length of a history Temporal suggests a new run. */
const HISTORY_EVENTS = 4096;
/** The bare fan-out has days of the same shape: eight days, and four hours of each, at once. */
const FAN_OUT = { days: 60, concurrency: 8, hoursAtOnce: 4 };

interface Measured {
  readonly hours: number;
  readonly seconds: number;
  readonly cpuMsPerHour: number;
}

/**
 * Backfills a year in which one hour a week has data. Compares the CPU time of an hour, in the Temporal server and the
 * worker, with that of a bare fan-out of three activities an hour on the same server. It also checks facts that do not
 * depend on speed: if one is wrong, the exit code is 1.
 */
const orchestration: Benchmark = async (folder) => {
  // A replay has a worker of its own, which logs much. Signals are for bench/main.ts: the SDK would only shut down this
  // worker and every later one.
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  // These hours meet their own fault first, which changes no line, and not the one that empties the others.
  const withData = hoursOf(YEAR).filter((_, index) => index % 168 === 17);
  const faults = [...withData.map((window) => `${window}=repacked`), '*=404'];
  const { stack, bucket, worker } = await startYearStack(folder, CONCURRENCY, faults);
  const connection = await Connection.connect({ address: stack.temporal.address });
  const client = new Client({ connection });
  const server = stack.temporal.pid;

  const bare = await measureFanOut(client, folder, server, stack.temporal.address);
  report('bare fan-out', bare);
  const year = await measure(hourCount(YEAR), [server, worker.pid], async () => {
    const { handle } = await startBackfill(client, 'amplitude-export', {
      ...YEAR,
      mode: 'missing',
      concurrency: CONCURRENCY,
    });
    await handle.result();
  });
  report('a year', year);
  console.log(`ratio of CPU an hour: ${(year.cpuMsPerHour / bare.cpuMsPerHour).toFixed(2)}`);

  const landed = await new Ledger(bucket, 'amplitude').list(YEAR);
  const histories = await allHistories(client, ['backfill', 'exportInterval']);
  const longest = Math.max(...histories.map(({ history }) => history.events?.length ?? 0));
  const days = new Set([...landed.keys()].map((window) => dateAndHour(window).date)).size;
  const peak = peakHoursInFlight(histories);
  console.log(
    `landed: ${landed.size} hours of ${days} days; runs: ${histories.length}, longest history ${longest} events`,
  );
  console.log(`peak hours in flight: ${peak} of ${CONCURRENCY} allowed`);
  expectThat(landed.size === hourCount(YEAR), `all ${hourCount(YEAR)} hours land`);
  expectThat(longest < HISTORY_EVENTS, `no history has ${HISTORY_EVENTS} events`);
  expectThat(peak <= CONCURRENCY, `no more than ${CONCURRENCY} hours are in flight`);
  await replayAll(histories);
  console.log('replay: clean');
  await connection.close();
  await stack.stop();
};
export default orchestration;

async function measureFanOut(
  client: Client,
  folder: string,
  server: number,
  address: string,
): Promise<Measured> {
  const worker = await startReady('fan-out/worker.js', [address], {}, folder);
  const { days, concurrency, hoursAtOnce } = FAN_OUT;
  const measured = await measure(days * 24, [server, worker.pid], async () => {
    await client.workflow.execute<typeof fanOut>('fanOut', {
      workflowId: 'fan-out',
      taskQueue: 'fan-out',
      args: [Array.from({ length: days }, (_, day) => day), concurrency, hoursAtOnce],
    });
  });
  await worker.stop();
  return measured;
}

async function measure(hours: number, pids: readonly number[], work: () => Promise<void>): Promise<Measured> {
  const before = await cpuMs(pids);
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  return { hours, seconds, cpuMsPerHour: ((await cpuMs(pids)) - before) / hours };
}

/** Prints an expectation that is not met, sets the exit code, and lets the benchmark go on. */
function expectThat(isTrue: boolean, what: string): void {
  if (isTrue) return;
  console.error(`not met: ${what}`);
  process.exitCode = 1;
}

function report(what: string, { hours, seconds, cpuMsPerHour }: Measured): void {
  const rate = hours / seconds;
  console.log(
    `${what}: ${hours} hours in ${seconds.toFixed(1)} s, ${rate.toFixed(1)} hours/s, ${cpuMsPerHour.toFixed(1)} ms of CPU an hour`,
  );
}
