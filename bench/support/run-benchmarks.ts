import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../local/report.ts';
import type { Benchmark } from './benchmark.ts';
import { allMet, judge, reportText, thisMachine, type BenchmarkFigures, type BenchReport } from './report.ts';

/** How benchmarks run, and where their output goes. */
export interface RunOptions {
  readonly folder: string;
  readonly small: boolean;
  /** Prints the report as one JSON document, instead of tables. */
  readonly json: boolean;
  readonly print: Report;
  readonly say: Report;
}

/**
 * Runs benchmarks one after another, each in a folder of its own below `folder`, and prints the report. Returns the exit
 * code: 1 when a figure does not keep its limit.
 */
export async function runBenchmarks(
  benchmarks: ReadonlyMap<string, Benchmark>,
  { folder, small, json, print, say }: RunOptions,
): Promise<0 | 1> {
  const done: BenchmarkFigures[] = [];
  for (const [name, benchmark] of benchmarks) {
    say(`${name} begins`);
    const own = join(folder, name);
    await mkdir(own);
    done.push(judge(name, await benchmark({ folder: own, small, say })));
  }
  const report: BenchReport = {
    date: new Date().toISOString(),
    machine: thisMachine(),
    small,
    benchmarks: done,
  };
  print(json ? JSON.stringify(report, null, 2) : reportText(report));
  return allMet(report) ? 0 : 1;
}
