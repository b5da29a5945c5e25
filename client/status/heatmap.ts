import { count } from '../terminal/format.ts';
import { dayStatuses, type DayStatus } from './day-status.ts';
import type { HourState, HourStatus } from './hour-state.ts';
import type { LedgerStatus } from './ledger-status.ts';

/** The character for an hour in each state. */
export const marks: Readonly<Record<HourState, string>> = {
  complete: '#',
  rejected: '!',
  'outside window': '~',
  empty: 'o',
  missing: '.',
  failed: 'x',
  unreadable: '?',
  'not due': '-',
};

/** Colours a text by state; without colours, it returns the text as it is. */
export type Paint = (state: HourState, text: string) => string;

/** With more days than this, consecutive days share a row when all their hours are in one state. */
const ROWS_FOR_EACH_DAY = 62;

/** A status as text: a row for each day, a column for each hour, and the sums of the day. */
export function heatmap(status: LedgerStatus, paint: Paint): string {
  const days = dayStatuses(status);
  const groups = days.length > ROWS_FOR_EACH_DAY ? groupAlikeDays(days) : days.map((day) => [day]);
  const rows = groups.flatMap((group) =>
    group.length > 2 ? [groupRow(group, paint)] : group.map((day) => dayRow(day, paint)),
  );
  return [`${' '.repeat(12)}00    06    12    18`, ...rows].join('\n');
}

function groupAlikeDays(days: readonly DayStatus[]): DayStatus[][] {
  const groups: DayStatus[][] = [];
  for (const day of days) {
    const group = groups.at(-1);
    const before = group?.[0];
    if (before !== undefined && isOneState([...before.hours, ...day.hours])) group?.push(day);
    else groups.push([day]);
  }
  return groups;
}

function isOneState([first, ...others]: readonly HourStatus[]): boolean {
  return others.every(({ state }) => state === first?.state);
}

function dayRow(day: DayStatus, paint: Paint): string {
  const cells = day.hours.map(({ state }) => paint(state, marks[state])).join('');
  const after = 24 - day.firstHour - day.hours.length;
  return `${day.date}  ${' '.repeat(day.firstHour)}${cells}${' '.repeat(after)}${sums([day])}`.trimEnd();
}

function groupRow(days: readonly DayStatus[], paint: Paint): string {
  const state = days[0]?.hours[0]?.state ?? 'missing';
  const text = paint(state, `${days.length} days ${state}`);
  return `${days[0]?.date} to ${days.at(-1)?.date}  ${text}${sums(days)}`;
}

function sums(days: readonly DayStatus[]): string {
  const sum = (name: 'events' | 'rejected' | 'outsideWindow'): number =>
    days.reduce((total, day) => total + day[name], 0);
  if (days.every(({ hours }) => hours.every(({ summary }) => summary === undefined))) return '';
  const [rejected, outside] = [sum('rejected'), sum('outsideWindow')];
  const parts = [`${count(sum('events'))} events`];
  if (rejected > 0) parts.push(`${count(rejected)} rejected`);
  if (outside > 0) parts.push(`${count(outside)} of other hours`);
  return `  ${parts.join(', ')}`;
}
