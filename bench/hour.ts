import { join } from 'node:path';
import { BenchStack, storesForGigabytes } from './support/bench-stack.ts';
import type { Benchmark } from './support/benchmark.ts';
import { medianFigure, type Figure } from './support/figures.ts';
import { makeArchive } from './support/make-archive.ts';
import { cpuMs } from './support/process-figures.ts';
import { runVariant } from './support/run-variant.ts';
import { startServer } from './support/start-ready.ts';

/** An hour of 534,000 events, 1.07 GB of lines in ten members; then the small form. */
const FULL = { eachHour: { events: 534_000, members: 10 }, runs: 3 };
const SMALL = { eachHour: { events: 2000, members: 2 }, runs: 1 };

/** The processes whose CPU time is measured. */
const PROCESSES = ['worker', 'Temporal', 'S3'] as const;

/** One run: the hour from its start in Temporal to its landing, and the floors, by the clock. In seconds. */
interface Round {
  readonly hour: number;
  readonly download: number;
  readonly inflate: number;
  readonly upload: number;
  /** In the order of `PROCESSES`. */
  readonly cpu: readonly number[];
}

/**
 * Measures a large hour from end to end, against the sum of its floors in the same round: the download alone, inflating
 * and counting newlines alone, the upload of the same bytes alone.
 */
const hour: Benchmark = async ({ folder, small, say }) => {
  const { eachHour, runs } = small ? SMALL : FULL;
  const archive = await makeArchive(join(folder, 'hour.zip'), eachHour);
  say(`the archive has ${(archive.checksums.bytes / 1e6).toFixed(0)} MB`);
  const stack = await BenchStack.start(folder, say, small ? undefined : storesForGigabytes);
  const { url: source } = await startServer('variants/archive-server.js', [archive.path], folder);
  const { window } = archive;
  const floor = async (variant: string, args: readonly string[]): Promise<number> =>
    (await runVariant(variant, args, folder, stack.s3Environment)).wallMs / 1000;
  const rounds: Round[] = [];
  for (let run = 1; run <= runs; run += 1) {
    // A worker of its own for each run, with a prefix in which the hour has not landed.
    const worker = await stack.startWorker({ source, slots: 4, prefix: `run-${run}` });
    const pids = [worker.pid, stack.servers.temporal.pid, stack.servers.s3.pid];
    const cpuSeconds = (): Promise<number[]> =>
      Promise.all(pids.map(async (pid) => (await cpuMs([pid])) / 1000));
    const before = await cpuSeconds();
    const startedAt = performance.now();
    await stack.export({ start: window, end: window });
    const seconds = (performance.now() - startedAt) / 1000;
    const cpu = (await cpuSeconds()).map((value, index) => value - (before[index] ?? 0));
    await worker.stop();
    rounds.push({
      hour: seconds,
      cpu,
      download: await floor('download', [source, window, join(folder, 'download.zip')]),
      inflate: await floor('inflate-and-count', [archive.path]),
      upload: await floor('upload', [archive.path, stack.bucket.name]),
    });
    say(`run ${run} of ${runs} is done`);
  }
  await stack.stop();
  return figuresOf(rounds, stack.servers.s3.kind);
};
export default hour;

function figuresOf(rounds: readonly Round[], store: string): Figure[] {
  const seconds = (what: string, valueOf: (round: Round) => number): Figure =>
    medianFigure(what, 's', rounds.map(valueOf));
  return [
    seconds('the hour, by the clock', (round) => round.hour),
    seconds('floor: download', (round) => round.download),
    seconds('floor: inflate and count newlines', (round) => round.inflate),
    seconds('floor: upload', (round) => round.upload),
    ...PROCESSES.map((name, index) =>
      medianFigure(
        `CPU time of ${name}`,
        'CPU s',
        rounds.map(({ cpu }) => cpu[index] ?? Number.NaN),
      ),
    ),
    medianFigure(
      'the hour / sum of its floors',
      'ratio',
      rounds.map(({ hour, download, inflate, upload }) => hour / (download + inflate + upload)),
      { limit: { atMost: 1.5 }, note: `S3 is ${store}` },
    ),
  ];
}
