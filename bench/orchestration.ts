import { DefaultLogger, Runtime } from '@temporalio/worker';
import { Ledger } from '../bronze/ledger.ts';
import { startBackfill } from '../client/backfill/start-backfill.ts';
import { parseHourWindow } from '../core/hour-window.ts';
import { hourCount, hoursOf, type Interval } from '../core/interval.ts';
import { BenchStack } from './support/bench-stack.ts';
import type { Benchmark } from './support/benchmark.ts';
import { measure, measureFanOut, type Measured } from './support/fan-out.ts';
import { medianFigure, type Figure } from './support/figures.ts';
import { allHistories, peakHoursInFlight, replayAll } from './support/histories.ts';
import { countRequests } from './support/s3-requests.ts';

/** The hours of the backfill, and the days of the bare fan-out; then the small form. */
const FULL = { start: '2025-01-01T00', end: '2025-12-31T23', fanOutDays: 60 };
const SMALL = { start: '2025-01-01T00', end: '2025-01-01T23', fanOutDays: 1 };
const CONCURRENCY = 32;
/** At this length of a history Temporal suggests a new run. */
const HISTORY_EVENTS = 4096;
/** The bare fan-out has days of the same shape: eight days, and four hours of each, at once. */
const FAN_OUT = { concurrency: 8, hoursAtOnce: 4 };

/**
 * Backfills a year in which one hour a week has data. Compares the CPU time of an hour, in the Temporal server and the
 * worker, with that of a bare fan-out of three activities an hour on the same server. It also counts the S3 requests of
 * an hour, and checks facts that do not depend on speed.
 */
const orchestration: Benchmark = async ({ folder, small, say }) => {
  // A replay has a worker of its own, which logs much. Signals are for bench/main.ts: the SDK would only shut down this
  // worker and every later one.
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const { start, end, fanOutDays } = small ? SMALL : FULL;
  const year: Interval = { start: parseHourWindow(start), end: parseHourWindow(end) };
  const stack = await BenchStack.start(folder, say);
  const bare = await measureFanOut(stack, folder, { days: fanOutDays, ...FAN_OUT });
  say(`bare fan-out: ${spoken(bare)}`);
  const exported = await measureYear(stack, year);
  say(`backfill: ${spoken(exported)}`);

  const landed = await new Ledger(stack.bucket, 'amplitude').list(year);
  const histories = await allHistories(stack.client, ['backfill', 'exportInterval']);
  await replayAll(histories);
  say(`${histories.length} runs replay`);
  const requests = [
    await countRequests(stack, 'an empty hour', 10, ['--fault', '*=404']),
    await countRequests(stack, 'an hour of three members', 15, ['--each-hour', '900/3']),
  ];
  await stack.stop();
  const longest = Math.max(...histories.map(({ history }) => history.events?.length ?? 0));
  return [
    medianFigure('bare fan-out', 'CPU ms an hour', [bare.cpuMsPerHour]),
    medianFigure('backfill', 'CPU ms an hour', [exported.cpuMsPerHour]),
    medianFigure('backfill', 'hours a second', [exported.hours / exported.seconds]),
    medianFigure('backfill / bare fan-out', 'ratio', [exported.cpuMsPerHour / bare.cpuMsPerHour], {
      limit: { atMost: 1.25 },
    }),
    ...requests,
    fact('landed', 'hours', landed.size, { atLeast: hourCount(year) }),
    fact('longest history', 'events', longest, { atMost: HISTORY_EVENTS - 1 }),
    fact('most hours in flight', 'hours', peakHoursInFlight(histories), { atMost: CONCURRENCY }),
  ];
};
export default orchestration;

function fact(what: string, unit: string, value: number, limit: NonNullable<Figure['limit']>): Figure {
  return { what, unit, value, limit, runs: 1 };
}

async function measureYear(stack: BenchStack, year: Interval): Promise<Measured> {
  // These hours meet their own fault first, which changes no line, and not the one that empties the others.
  const withData = hoursOf(year).filter((_, index) => index % 168 === 17);
  const faults = [...withData.map((window) => `${window}=repacked`), '*=404'];
  const api = await stack.startSampleApi(...faults.flatMap((fault) => ['--fault', fault]));
  const worker = await stack.startWorker({ source: api.url, slots: CONCURRENCY });
  const measured = await measure(hourCount(year), [stack.servers.temporal.pid, worker.pid], async () => {
    const range = { ...year, mode: 'missing', concurrency: CONCURRENCY } as const;
    const { handle } = await startBackfill(stack.client, 'amplitude-export', range);
    await handle.result();
  });
  await worker.stop();
  await api.process.stop();
  return measured;
}

function spoken({ hours, seconds, cpuMsPerHour }: Measured): string {
  return `${hours} hours in ${seconds.toFixed(1)} s, ${cpuMsPerHour.toFixed(1)} ms of CPU an hour`;
}
