import { dateAndHour } from '../../core/hour-window.ts';
import { daysOf, hourCount } from '../../core/interval.ts';
import type { HourStatus } from './hour-state.ts';
import type { LedgerStatus } from './ledger-status.ts';

/** One UTC day's hours and their sums; the first and the last day of an interval may lack hours. */
export interface DayStatus {
  readonly date: string;
  /** The hour of the day that `hours` begins with, from 0. */
  readonly firstHour: number;
  readonly hours: readonly HourStatus[];
  readonly events: number;
  readonly rejected: number;
  readonly outsideWindow: number;
}

/** The days of an interval, oldest first. */
export function dayStatuses({ interval, hours }: Pick<LedgerStatus, 'interval' | 'hours'>): DayStatus[] {
  let cut = 0;
  return daysOf(interval).map((day) => {
    const { date, hour } = dateAndHour(day.start);
    const own = hours.slice(cut, (cut += hourCount(day)));
    const sum = (name: 'events' | 'rejected' | 'outsideWindow'): number =>
      own.reduce((total, { summary }) => total + (summary?.[name] ?? 0), 0);
    return {
      date,
      firstHour: Number(hour),
      hours: own,
      events: sum('events'),
      rejected: sum('rejected'),
      outsideWindow: sum('outsideWindow'),
    };
  });
}
