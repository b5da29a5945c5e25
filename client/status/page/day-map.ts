import { count } from '../../terminal/format.ts';
import { dayStatuses, type DayStatus } from '../day-status.ts';
import type { HourStatus } from '../hour-state.ts';
import type { LedgerStatus } from '../ledger-status.ts';
import { markup, type Markup } from './markup.ts';
import { timeAxis, timeLabels, type TimeAxis } from './time-axis.ts';

const TOP = 22;
const ROW = 14;
const BOTTOM = TOP + 24 * ROW;
const WIDEST_DAY = 157;
const ROOM_FOR_A_NUMBER = 56;

/**
 * The colour strength of a complete hour, from 1 to 4: the quarter of all complete hours, by number of events, that it
 * is in.
 */
type Level = (events: number) => 1 | 2 | 3 | 4;

/** The hours as a map: a column for each day, a row for each hour of the day. */
export function dayMap(status: LedgerStatus): Markup {
  const axis = timeAxis(dayStatuses(status), WIDEST_DAY);
  const level = levelsOf(status.hours);
  const { start, end } = status.interval;
  return markup`<svg id="map" width="${axis.width}" height="${BOTTOM + 2}" tabindex="0" role="group"
 aria-label="Hours from ${start} to ${end}, a column for each day; the arrow keys choose one">
${hourLabels()}${timeLabels(axis, TOP - 8, BOTTOM)}
${axis.days.map((day, index) => column(day, axis.left + index * axis.dayWidth, axis, level))}
<rect id="mark"/></svg>`;
}

function hourLabels(): Markup[] {
  return [0, 6, 12, 18, 23].map((hour) => {
    const text = `${String(hour).padStart(2, '0')}:00`;
    return markup`<text x="2" y="${TOP + hour * ROW + 11}">${text}</text>`;
  });
}

function column(day: DayStatus, x: number, { dayWidth }: TimeAxis, level: Level): Markup {
  const width = dayWidth < 8 ? dayWidth : dayWidth - 1;
  const cells = day.hours.map((hour, index) => {
    const y = TOP + (day.firstHour + index) * ROW;
    const { window, state, summary } = hour;
    const look = state === 'complete' ? `l${level(summary?.events ?? 0)}` : state.replace(' ', '-');
    const cell = markup`<rect class="${look}" data-hour="${window}" x="${x}" y="${y}" width="${width}" height="${ROW - 1}"><title>${tooltip(hour)}</title></rect>`;
    if (dayWidth < ROOM_FOR_A_NUMBER) return cell;
    const label = summary === undefined ? state : count(summary.events);
    return markup`${cell}<text class="on-${look}" x="${x + width - 5}" y="${y + 10}">${label}</text>`;
  });
  return markup`<g>${cells}</g>\n`;
}

function tooltip({ window, state, summary }: HourStatus): string {
  if (summary === undefined) return `${window} ${state}`;
  const rejected = summary.rejected === 0 ? '' : `, ${count(summary.rejected)} lines rejected`;
  const outside = summary.outsideWindow ? `, ${count(summary.outsideWindow)} of other hours` : '';
  return `${window} ${state}, ${count(summary.events)} events${outside}${rejected}`;
}

function levelsOf(hours: readonly HourStatus[]): Level {
  const sizes = hours
    .flatMap(({ state, summary }) => (state === 'complete' ? (summary?.events ?? []) : []))
    .toSorted((a, b) => a - b);
  const quarter = (n: number): number => sizes[Math.floor((sizes.length * n) / 4)] ?? 0;
  const [first, second, third] = [quarter(1), quarter(2), quarter(3)];
  return (events) => {
    if (events >= third) return 4;
    if (events >= second) return 3;
    return events >= first ? 2 : 1;
  };
}
