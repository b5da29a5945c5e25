import type { Report } from '../../local/report.ts';
import { medianFigure, type Figure } from './figures.ts';
import { idleCores } from './idle-cores.ts';
import { parseArguments, type BenchArchive } from './make-archive.ts';
import { runVariant } from './run-variant.ts';

/** Two threads need two cores that have almost nothing else to do. */
const IDLE_ENOUGH = 1.8;

/**
 * Compares two parse threads with one, by the clock, and beside it two processes with one: cores that share a part of
 * their hardware cannot do twice the work. The limits hold only on a machine that is idle at every run.
 */
export async function compareThreads(
  archive: BenchArchive,
  folder: string,
  runs: number,
  say: Report,
): Promise<Figure[]> {
  const threads: number[] = [];
  const processes: number[] = [];
  let leastIdle = Infinity;
  const wallMs = async (count: number): Promise<number> => {
    const args = [...parseArguments(archive), String(count)];
    return (await runVariant('this-project-threads', args, folder)).wallMs;
  };
  for (let run = 1; run <= runs; run += 1) {
    leastIdle = Math.min(leastIdle, await idleCores());
    const one = await wallMs(1);
    threads.push(one / (await wallMs(2)));
    processes.push((2 * one) / Math.max(...(await Promise.all([wallMs(1), wallMs(1)]))));
    say(`one thread against two, ${run} of ${runs} is done`);
  }
  const idle = leastIdle >= IDLE_ENOUGH;
  const note = `no limit, because the machine was not idle: ${leastIdle.toFixed(1)} cores were free`;
  return [
    medianFigure('two threads / one, by the clock', 'ratio', threads),
    medianFigure('two processes / one, by the clock', 'ratio', processes),
    medianFigure(
      'two threads / two processes',
      'ratio',
      threads.map((speed, run) => speed / (processes[run] ?? Number.NaN)),
      idle ? { limit: { atLeast: 0.85 } } : { note },
    ),
  ];
}
