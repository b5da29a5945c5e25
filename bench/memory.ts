import { parseHourWindow } from '../core/hour-window.ts';
import { BenchStack, storesForGigabytes } from './support/bench-stack.ts';
import type { Benchmark } from './support/benchmark.ts';
import { medianFigure } from './support/figures.ts';
import { peakMiB } from './support/process-figures.ts';

/** Events and members of each hour, about 2 KB an event; then the small form. */
const FULL = { base: '100000/10', large: '4080000/10', oneMember: '1020000/1' };
const SMALL = { base: '1000/2', large: '10000/2', oneMember: '5000/1' };

/** The most that the large hour may need, and how much more than the one of 200 MB. */
const MOST_MIB = 300;
const MOST_GROWTH_MIB = 30;

const HOUR = parseHourWindow('2026-01-01T05');

/**
 * Measures the peak memory of a worker for an hour of 200 MB, for one of 8 GB, and for one of 2 GB in a single member.
 * Each has a worker and a sample API of its own.
 */
const memory: Benchmark = async ({ folder, small, say }) => {
  const { base, large, oneMember } = small ? SMALL : FULL;
  const stack = await BenchStack.start(folder, say, small ? undefined : storesForGigabytes);
  const peakOf = async (eachHour: string): Promise<number> => {
    say(`an hour of ${eachHour} events and members`);
    const api = await stack.startSampleApi('--each-hour', eachHour);
    const prefix = eachHour.replace('/', '-');
    const worker = await stack.startWorker({ source: api.url, slots: 4, prefix });
    await stack.export({ start: HOUR, end: HOUR });
    const peak = await peakMiB(worker.pid);
    await worker.stop();
    await api.process.stop();
    return peak;
  };
  const basePeak = await peakOf(base);
  const largePeak = await peakOf(large);
  const memberPeak = await peakOf(oneMember);
  await stack.stop();
  return [
    medianFigure('worker, an hour of 200 MB', 'MiB', [basePeak]),
    medianFigure('worker, an hour of 8 GB', 'MiB', [largePeak], { limit: { atMost: MOST_MIB } }),
    medianFigure('8 GB more than 200 MB', 'MiB', [largePeak - basePeak], {
      limit: { atMost: MOST_GROWTH_MIB },
    }),
    medianFigure('worker, one member of 2 GB', 'MiB', [memberPeak]),
  ];
};
export default memory;
