import { parseInterval, type Interval } from '../../core/interval.ts';
import type { SampleOptions } from '../../local/sample-api/sample-day.ts';

/** What is exported in a scenario. */
export interface Load {
  readonly interval: Interval;
  /** Hours that the backfill has in flight. */
  readonly concurrency: number;
  /** The data of the hours. */
  readonly sample: Pick<SampleOptions, 'busyEvents' | 'eachHour'>;
}

/** As many hours in flight as two workers hold with their default of four. */
export const WEEK: Load = {
  interval: parseInterval({ start: '2026-03-02T00', end: '2026-03-08T23' }),
  concurrency: 8,
  sample: { busyEvents: 500 },
};
/** For --quick, and for what takes many times as long. */
export const TWO_DAYS: Load = {
  ...WEEK,
  interval: parseInterval({ start: '2026-03-02T00', end: '2026-03-03T23' }),
};
