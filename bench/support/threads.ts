import type { Report } from '../../local/report.ts';
import { medianFigure, type Figure } from './figures.ts';
import { idleCores } from './idle-cores.ts';
import { parseArguments, type BenchArchive } from './make-archive.ts';
import { runVariant } from './run-variant.ts';

/** Two threads need two cores that have almost nothing else to do. */
const IDLE_ENOUGH = 1.8;

/** Compares two parse threads with one, by the clock. The limit holds only on a machine that is idle at every run. */
export async function compareThreads(
  archive: BenchArchive,
  folder: string,
  runs: number,
  say: Report,
): Promise<Figure> {
  const ratios: number[] = [];
  let leastIdle = Infinity;
  for (let run = 1; run <= runs; run += 1) {
    leastIdle = Math.min(leastIdle, await idleCores());
    const wallMs = async (threads: number): Promise<number> => {
      const args = [...parseArguments(archive), String(threads)];
      return (await runVariant('this-project-threads', args, folder)).wallMs;
    };
    const one = await wallMs(1);
    ratios.push(one / (await wallMs(2)));
    say(`one thread against two, ${run} of ${runs} is done`);
  }
  const judged =
    leastIdle >= IDLE_ENOUGH
      ? { limit: { atLeast: 1.7 } }
      : { note: `no limit, because the machine was not idle: ${leastIdle.toFixed(1)} cores were free` };
  return medianFigure('two threads / one, by the clock', 'ratio', ratios, judged);
}
