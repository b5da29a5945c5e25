import { join } from 'node:path';
import { onPath } from '../local/binaries/executables.ts';
import type { Benchmark } from './support/benchmark.ts';
import { medianFigure, type Figure } from './support/figures.ts';
import { makeArchive, parseArguments, type BenchArchive } from './support/make-archive.ts';
import { megabytesPerCpuSecond, runPythonVariant, runVariant } from './support/run-variant.ts';
import { compareThreads } from './support/threads.ts';
import type { VariantResult } from './variants/measured.ts';

/** 1.07 GB of lines in ten members, and how often each variant parses them; then the small form. */
const FULL = { eachHour: { events: 534_000, members: 10 }, runs: 5 };
const SMALL = { eachHour: { events: 2000, members: 2 }, runs: 1 };

/** The least speed, relative to inflating the same bytes and counting newlines. With JSON.parse it was 0.18. */
const LEAST_RATIO = 0.55;

/** Three times as fast as the code of November 2026, which had 0.80 to 0.91 of the speed of the JSON.parse variant. */
const LEAST_RATIO_TO_JSON_PARSE = 2.6;

/**
 * Measures the CPU time of parsing an hour, in one thread, against the same bytes inflated by Node's zlib with newlines
 * counted, against JSON.parse for each line, and against a Python script. All variants run in each round, one after
 * another. Then it compares two parse threads with one, by the clock.
 */
const parse: Benchmark = async ({ folder, small, say }) => {
  const { eachHour, runs } = small ? SMALL : FULL;
  const archive = await makeArchive(join(folder, 'hour.zip'), eachHour);
  const python = await onPath('python3').catch(() => undefined);
  if (python === undefined) say('there is no python3 on PATH: its variant is left out');
  const variants: Readonly<Record<string, () => Promise<VariantResult>>> = {
    ours: () => runVariant('this-project', parseArguments(archive), folder),
    inflate: () => runVariant('inflate-and-count', [archive.path], folder),
    jsonParse: () => runVariant('json-parse', [archive.path], folder),
    ...(python !== undefined && {
      python: () =>
        runPythonVariant(python, 'python_lines', [archive.path, join(folder, 'python.json')], folder),
    }),
  };
  const rounds: Record<string, VariantResult>[] = [];
  for (let round = 1; round <= runs; round += 1) {
    const results: Record<string, VariantResult> = {};
    for (const [name, variant] of Object.entries(variants)) results[name] = await variant();
    refuseDifferentWork(results);
    rounds.push(results);
    say(`round ${round} of ${runs} is done`);
  }
  return [...speeds(rounds, archive), ...(await compareThreads(archive, folder, runs, say))];
};
export default parse;

/** The Python script reads one member only. @throws Error when other variants have not read the same bytes */
function refuseDifferentWork(results: Readonly<Record<string, VariantResult>>): void {
  const bytes = Object.entries(results)
    .filter(([variant]) => variant !== 'python')
    .map(([, { unpackedBytes }]) => unpackedBytes);
  if (new Set(bytes).size > 1) throw new Error(`the variants unpacked ${bytes.join(', ')} bytes`);
}

function speeds(rounds: readonly Readonly<Record<string, VariantResult>>[], archive: BenchArchive): Figure[] {
  const resultsOf = (variant: string): VariantResult[] => rounds.flatMap((results) => results[variant] ?? []);
  const speedsOf = (variant: string): number[] => resultsOf(variant).map(megabytesPerCpuSecond);
  const speed = (what: string, variant: string): Figure =>
    medianFigure(what, 'MB/s per CPU s', speedsOf(variant));
  const ours = speedsOf('ours');
  const ratios = (variant: string): number[] =>
    speedsOf(variant).map((other, round) => (ours[round] ?? Number.NaN) / other);
  const ratio = (what: string, variant: string, more: Pick<Figure, 'limit'> = {}): Figure =>
    medianFigure(`this project / ${what}`, 'ratio', ratios(variant), more);
  const hasPython = resultsOf('python').length > 0;
  return [
    speed('this project', 'ours'),
    speed('inflate and count newlines', 'inflate'),
    speed('JSON.parse of each line', 'jsonParse'),
    ...(hasPython ? [speed('Python script, first member', 'python')] : []),
    ratio('inflate and count', 'inflate', { limit: { atLeast: LEAST_RATIO } }),
    ratio('JSON.parse', 'jsonParse', { limit: { atLeast: LEAST_RATIO_TO_JSON_PARSE } }),
    ...(hasPython ? [ratio('Python', 'python')] : []),
    medianFigure(
      'unpacked / packed bytes',
      'ratio',
      resultsOf('ours').map(({ unpackedBytes }) => unpackedBytes / archive.checksums.bytes),
    ),
    medianFigure(
      'peak memory of this project',
      'MiB',
      resultsOf('ours').map(({ peakRssBytes }) => peakRssBytes / 2 ** 20),
    ),
  ];
}
