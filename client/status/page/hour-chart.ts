import { count } from '../../terminal/format.ts';
import { dayStatuses, type DayStatus } from '../day-status.ts';
import { stretchesOf, type HourStatus } from '../hour-state.ts';
import type { LedgerStatus } from '../ledger-status.ts';
import { markup, type Markup } from './markup.ts';
import { timeAxis, timeLabels, type TimeAxis } from './time-axis.ts';

const TOP = 22;
const BASE = 152;
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
/** Up to this number of days, each hour has a tooltip; with more days, each day has one. */
const DAYS_IN_HOURS = 14;

/** The counted field, and its name on the page. */
export interface Counted {
  readonly field: 'events' | 'rejected';
  readonly words: string;
}

/**
 * A chart with a count for each hour. Hours that are missing, failed or unreadable are marked: without a count is not
 * zero.
 */
export function hourChart(status: LedgerStatus, { field, words }: Counted): Markup {
  const axis = timeAxis(dayStatuses(status));
  const values = status.hours.map(({ summary }) => summary?.[field] ?? 0);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const top = roundUp(most);
  return markup`<svg class="chart" width="${axis.width}" height="${BASE + 4}" role="img"
 aria-label="${words} for each hour, ${count(most)} at most">
${timeLabels(axis, TOP - 8, BASE)}${gaps(status.hours, axis)}
${[0, top / 2, top].map((value) => gridLine(value, heightOf(value, top), axis))}
<path class="${field}" d="${bars(values, top, axis)}"/>
${axis.days.flatMap((day, index) => tooltips(day, index, axis, { field, words }))}
</svg>`;
}

const FACTORS = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

/** The next round number that is even, for a grid line at its half. */
function roundUp(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 2)));
  const rounds = FACTORS.map((factor) => factor * power);
  return rounds.find((round) => round >= most && round % 2 === 0) ?? 10 * power;
}

function heightOf(value: number, top: number): number {
  return Math.round((BASE - (value / top) * (BASE - TOP)) * 10) / 10;
}

function gridLine(value: number, y: number, { left, width }: TimeAxis): Markup {
  return markup`<path class="grid" d="M${left} ${y}H${width}"/><text class="value" x="${left - 6}" y="${y + 4}">${COMPACT.format(value)}</text>`;
}

/** The x at which an hour begins; hours are counted from the start of the axis's first day. */
function xOf(hours: number, { left, dayWidth }: TimeAxis): number {
  return Math.round((left + (hours * dayWidth) / 24) * 100) / 100;
}

/** A bar for each hour with a count above 0. Nothing is drawn for 0, because bars have an outline. */
function bars(values: readonly number[], top: number, axis: TimeAxis): string {
  const first = axis.days[0]?.firstHour ?? 0;
  return values
    .map((value, index) => {
      const hour = first + index;
      const bar = `M${xOf(hour, axis)} ${BASE}V${heightOf(value, top)}H${xOf(hour + 1, axis)}V${BASE}`;
      return value === 0 ? '' : bar;
    })
    .join('');
}

function gaps(hours: readonly HourStatus[], axis: TimeAxis): Markup[] {
  let at = axis.days[0]?.firstHour ?? 0;
  return stretchesOf(hours).flatMap(({ state, hours: { length } }) => {
    const x = xOf(at, axis);
    at += length;
    if (state !== 'missing' && state !== 'failed' && state !== 'unreadable') return [];
    const width = Math.max(1, xOf(at, axis) - x);
    return markup`<rect class="gap" x="${x}" y="${TOP}" width="${width.toFixed(2)}" height="${BASE - TOP}"/>`;
  });
}

function tooltips(day: DayStatus, index: number, axis: TimeAxis, { field, words }: Counted): Markup[] {
  const cover = (fromHour: number, hours: number, label: string): Markup =>
    markup`<rect class="cover" x="${xOf(index * 24 + fromHour, axis)}" y="${TOP}" width="${(hours * axis.dayWidth) / 24}" height="${BASE - TOP}"><title>${label}</title></rect>`;
  if (axis.days.length > DAYS_IN_HOURS) return [cover(0, 24, `${day.date}: ${count(day[field])} ${words}`)];
  return day.hours.map(({ window, state, summary }, hour) =>
    cover(
      day.firstHour + hour,
      1,
      summary === undefined ? `${window} ${state}` : `${window}: ${count(summary[field])} ${words}`,
    ),
  );
}
