import { setInterval as every } from 'node:timers/promises';
import { hourWindowAt, hourStartMs, HOUR_MS, parseHourWindow } from '../core/hour-window.ts';
import type { Interval } from '../core/interval.ts';
import { freePorts } from '../local/free-ports.ts';
import { BenchStack } from './support/bench-stack.ts';
import type { Benchmark } from './support/benchmark.ts';
import { medianFigure } from './support/figures.ts';
import { cpuMs, peakMiB } from './support/process-figures.ts';

/** How often each kind of worker is started, the hours that warm it, and the hours that count. */
const FULL = { turns: 3, warming: 24, hours: 96 };
const SMALL = { turns: 1, warming: 0, hours: 4 };

const SLOTS = 4;
const EVENTS = 1000;

/** Prometheus usually asks every 15 to 60 seconds. */
const SCRAPE_EVERY_MS = 5_000;

/** What the metrics may cost a worker that does nothing but small hours. */
const MOST_RATIO = 1.1;

/**
 * Compares the CPU time of an hour of 1,000 events and the peak memory of a worker without METRICS_ADDRESS with those of a
 * worker that is scraped every five seconds. The two kinds take turns.
 */
const metrics: Benchmark = async ({ folder, small, say }) => {
  const { turns, warming, hours } = small ? SMALL : FULL;
  const stack = await BenchStack.start(folder, say);
  const { url: source } = await stack.startSampleApi('--each-hour', `${EVENTS}/1`);
  const next = intervals();
  const measure = async (port?: number): Promise<{ cpu: number; memory: number }> => {
    const address = port === undefined ? {} : { metricsAddress: `127.0.0.1:${port}` };
    const worker = await stack.startWorker({ source, slots: SLOTS, ...address });
    const stopped = new AbortController();
    const scraping = port === undefined ? undefined : scrape(port, stopped.signal);
    if (warming > 0) await stack.export(next(warming));
    const before = await cpuMs([worker.pid]);
    await stack.export(next(hours));
    const cpu = ((await cpuMs([worker.pid])) - before) / hours;
    stopped.abort();
    await scraping;
    const memory = await peakMiB(worker.pid);
    await worker.stop();
    return { cpu, memory };
  };
  const without: { cpu: number; memory: number }[] = [];
  const withMetrics: { cpu: number; memory: number }[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    without.push(await measure());
    withMetrics.push(await measure((await freePorts(1))[0]));
    say(`turn ${turn} of ${turns} is done`);
  }
  await stack.stop();
  const ratios = withMetrics.map(({ cpu }, turn) => cpu / (without[turn]?.cpu ?? Number.NaN));
  return [
    medianFigure(
      'worker without metrics',
      'CPU ms an hour',
      without.map(({ cpu }) => cpu),
    ),
    medianFigure(
      'worker with metrics',
      'CPU ms an hour',
      withMetrics.map(({ cpu }) => cpu),
    ),
    medianFigure('with metrics / without', 'ratio', ratios, { limit: { atMost: MOST_RATIO } }),
    medianFigure(
      'peak memory without metrics',
      'MiB',
      without.map(({ memory }) => memory),
    ),
    medianFigure(
      'peak memory with metrics',
      'MiB',
      withMetrics.map(({ memory }) => memory),
    ),
  ];
};
export default metrics;

/** Makes a function that gives intervals one after another, at most a week long: an hour lands once. */
function intervals(): (hours: number) => Interval {
  let startMs = hourStartMs(parseHourWindow('2026-01-01T00'));
  return (hours) => {
    const start = hourWindowAt(startMs);
    startMs += hours * HOUR_MS;
    return { start, end: hourWindowAt(startMs - HOUR_MS) };
  };
}

async function scrape(port: number, signal: AbortSignal): Promise<void> {
  const ask = async (): Promise<unknown> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await ask();
  try {
    for await (const _ of every(SCRAPE_EVERY_MS, undefined, { signal })) await ask();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
