import type { DayStatus } from '../day-status.ts';
import { markup, type Markup } from './markup.ts';

/** How a chart's width is divided among days; all lengths in CSS pixels. */
export interface TimeAxis {
  readonly days: readonly DayStatus[];
  readonly dayWidth: number;
  /** The x of the first day; the space before it is for labels. */
  readonly left: number;
  readonly width: number;
}

const LEFT = 46;
const ROOM = 1100;
const NARROWEST = 3;
const LABEL_ROOM = 80;
const MONTHS_FROM = 62;

/** Divides the page's width among days. With more days than fit, the chart is wider and its frame scrolls. */
export function timeAxis(days: readonly DayStatus[], widestDay = ROOM): TimeAxis {
  const dayWidth = Math.max(NARROWEST, Math.min(widestDay, Math.floor(ROOM / days.length)));
  return { days, dayWidth, left: LEFT, width: LEFT + dayWidth * days.length };
}

/** Labels of days, or of months, at the height `y`, each with a line down to `bottom`. */
export function timeLabels({ days, dayWidth, left }: TimeAxis, y: number, bottom: number): Markup[] {
  const everyDays = Math.ceil(LABEL_ROOM / dayWidth);
  const isMonths = days.length > MONTHS_FROM;
  return days.flatMap(({ date }, index) => {
    if (isMonths ? !date.endsWith('-01') : index % everyDays !== 0) return [];
    const x = left + index * dayWidth;
    return markup`<path class="tick" d="M${x + 0.5} ${y + 4}V${bottom}"/><text x="${x + 3}" y="${y}">${isMonths ? date.slice(0, 7) : date}</text>`;
  });
}
