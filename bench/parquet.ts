import { join } from 'node:path';
import { BenchStack, storesForGigabytes } from './support/bench-stack.ts';
import type { Benchmark } from './support/benchmark.ts';
import { medianFigure } from './support/figures.ts';
import { makeArchive, parseArguments } from './support/make-archive.ts';
import { peakMiB } from './support/process-figures.ts';
import { megabytesPerCpuSecond, runVariant } from './support/run-variant.ts';
import { startServer } from './support/start-ready.ts';
import type { VariantResult } from './variants/measured.ts';

/** 1.07 GB of lines in ten members, and how often a thread parses them; then the small form. */
const FULL = { eachHour: { events: 534_000, members: 10 }, runs: 3 };
const SMALL = { eachHour: { events: 2000, members: 2 }, runs: 1 };

/** The least speed of one core, in MB of lines a second, from the archive to the Parquet files. */
const LEAST_SPEED = 20;
/** The most memory of a worker, in MiB: 500 MB. */
const MOST_MIB = 476;

/**
 * Measures the CPU time of parsing an hour and writing its Parquet files, in one thread, and the peak memory of a worker
 * that exports the same hour with all its threads.
 */
const parquet: Benchmark = async ({ folder, small, say }) => {
  const { eachHour, runs } = small ? SMALL : FULL;
  const archive = await makeArchive(join(folder, 'hour.zip'), eachHour);
  const results: VariantResult[] = [];
  for (let run = 1; run <= runs; run += 1) {
    results.push(await runVariant('parquet', parseArguments(archive), folder));
    say(`run ${run} of ${runs} is done`);
  }
  const stack = await BenchStack.start(folder, say, small ? undefined : storesForGigabytes);
  const { url: source } = await startServer('variants/archive-server.js', [archive.path], folder);
  const worker = await stack.startWorker({ source, slots: 4, outputs: 'raw,events,parquet' });
  await stack.export({ start: archive.window, end: archive.window });
  const peak = await peakMiB(worker.pid);
  await worker.stop();
  await stack.stop();
  return [
    medianFigure('parse and Parquet, one thread', 'MB/s per CPU s', results.map(megabytesPerCpuSecond), {
      limit: { atLeast: LEAST_SPEED },
    }),
    medianFigure(
      'peak memory of one thread',
      'MiB',
      results.map(({ peakRssBytes }) => peakRssBytes / 2 ** 20),
    ),
    medianFigure('peak memory of the worker', 'MiB', [peak], { limit: { atMost: MOST_MIB } }),
  ];
};
export default parquet;
