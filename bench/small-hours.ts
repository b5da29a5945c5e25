import { join } from 'node:path';
import { hourWindowAt, hourStartMs, HOUR_MS, parseHourWindow } from '../core/hour-window.ts';
import type { Interval } from '../core/interval.ts';
import { BenchStack } from './support/bench-stack.ts';
import type { Benchmark } from './support/benchmark.ts';
import { medianFigure, type Figure, type Limit } from './support/figures.ts';
import { makeArchive } from './support/make-archive.ts';
import { cpuMs, peakMiB } from './support/process-figures.ts';
import { runVariant } from './support/run-variant.ts';

/** Hours of 1,000 events, 2 MB of lines: so many in a batch, batches that warm the worker, and batches that count. */
const FULL = { hours: 24, warming: 2, batches: 5 };
const SMALL = { hours: 4, warming: 0, batches: 1 };
const EACH_HOUR = { events: 1000, members: 1 };

/** Hours in flight, and the limit of the worker's memory in MiB. */
const IN_FLIGHT: readonly { readonly slots: number; readonly memory?: Limit }[] = [
  { slots: 4 },
  { slots: 16, memory: { atMost: 300 } },
];

/**
 * The code of November 2026, which started a thread for each hour, took 2.1 to 2.5 times the baseline that is measured
 * here. The limit is 90 ms where that code took 346.
 */
const MOST_RATIO = 0.6;

const FIRST_MS = hourStartMs(parseHourWindow('2026-01-01T00'));

/**
 * Measures the CPU time that a worker takes for an hour of 1,000 events, with all that belongs to it: Temporal, the
 * download, the parse, S3. The baseline parses the same archive by JSON.parse, in a new thread each time, and does
 * nothing else.
 */
const smallHours: Benchmark = async ({ folder, small, say }) => {
  const { hours, warming, batches } = small ? SMALL : FULL;
  const archive = await makeArchive(join(folder, 'hour.zip'), EACH_HOUR);
  const stack = await BenchStack.start(folder, say);
  const { events, members } = EACH_HOUR;
  const { url: source } = await stack.startSampleApi('--each-hour', `${events}/${members}`);
  const baselines: number[] = [];
  const figures: Figure[] = [];
  let batchNumber = 0;
  for (const { slots, memory } of IN_FLIGHT) {
    const worker = await stack.startWorker({ source, slots });
    const cpuAnHour: number[] = [];
    const ratios: number[] = [];
    for (let batch = 1 - warming; batch <= batches; batch += 1) {
      const before = await cpuMs([worker.pid]);
      await stack.export(batchInterval(batchNumber, hours));
      batchNumber += 1;
      if (batch < 1) continue;
      const cpu = ((await cpuMs([worker.pid])) - before) / hours;
      const args = [archive.path, String(hours)];
      const baseline = (await runVariant('json-parse-threads', args, folder)).cpuMs / hours;
      baselines.push(baseline);
      cpuAnHour.push(cpu);
      ratios.push(cpu / baseline);
      say(`${slots} hours in flight: batch ${batch} of ${batches} is done`);
    }
    const what = `worker, ${slots} hours in flight`;
    figures.push(
      medianFigure(what, 'CPU ms an hour', cpuAnHour),
      medianFigure(`${what} / JSON.parse in a new thread`, 'ratio', ratios, {
        limit: { atMost: MOST_RATIO },
      }),
      medianFigure(`peak memory, ${slots} hours in flight`, 'MiB', [await peakMiB(worker.pid)], {
        ...(memory !== undefined && { limit: memory }),
      }),
    );
    await worker.stop();
  }
  await stack.stop();
  return [medianFigure('JSON.parse in a new thread', 'CPU ms an hour', baselines), ...figures];
};
export default smallHours;

/** The hours of a batch: each batch has its own, since an hour lands once. */
function batchInterval(number: number, hours: number): Interval {
  const startMs = FIRST_MS + number * hours * HOUR_MS;
  return { start: hourWindowAt(startMs), end: hourWindowAt(startMs + (hours - 1) * HOUR_MS) };
}
