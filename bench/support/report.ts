import { availableParallelism, cpus, totalmem } from 'node:os';
import { table } from '../../client/terminal/format.ts';
import { isMet, type Figure, type Limit } from './figures.ts';

/** The machine that figures come from. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
}

/** The figures of one benchmark. `met` says whether the limit is kept; it is null for a figure without a limit. */
export interface BenchmarkFigures {
  readonly name: string;
  readonly figures: readonly (Figure & { readonly met: boolean | null })[];
}

/** What `--json` prints. */
export interface BenchReport {
  /** When the last figure was there, in ISO 8601, UTC. */
  readonly date: string;
  readonly machine: Machine;
  /** Whether the data was small, so that the figures mean nothing. */
  readonly small: boolean;
  readonly benchmarks: readonly BenchmarkFigures[];
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}

/** The figures of a benchmark, each with whether it keeps its limit. */
export function judge(name: string, figures: readonly Figure[]): BenchmarkFigures {
  return { name, figures: figures.map((figure) => ({ ...figure, met: isMet(figure) ?? null })) };
}

/** Whether every figure with a limit keeps it. */
export function allMet({ benchmarks }: BenchReport): boolean {
  return benchmarks.every(({ figures }) => figures.every(({ met }) => met !== false));
}

/** The report as text: a table for each benchmark, with its notes below it. */
export function reportText({ benchmarks, machine, small }: BenchReport): string {
  const tables = benchmarks.map(({ name, figures }) => {
    const rows = figures.map(({ what, value, unit, runs, limit, met }) => [
      what,
      written(value),
      unit,
      String(runs),
      limit === undefined ? '' : writtenLimit(limit),
      met === null ? '' : met ? 'met' : 'NOT MET',
    ]);
    const notes = figures.flatMap(({ what, note }) => (note === undefined ? [] : [`${what}: ${note}`]));
    return [
      table([name, 'value', 'unit', 'runs', 'limit', ''], rows, ['value', 'runs']),
      ...new Set(notes),
    ].join('\n');
  });
  const { cpu, cores, memoryGiB, node } = machine;
  const foot = `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}`;
  return [...tables, small ? `${foot}\nSmall data: these figures mean nothing.` : foot].join('\n\n');
}

/** A value with about three digits. */
export function written(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** A limit in words: `at most 300`. */
export function writtenLimit(limit: Limit): string {
  return 'atMost' in limit ? `at most ${limit.atMost}` : `at least ${limit.atLeast}`;
}
