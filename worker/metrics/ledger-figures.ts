import { HOUR_MS, hourStartMs, hourWindowAt, type HourWindow } from '../../core/hour-window.ts';
import type { Interval } from '../../core/interval.ts';

/** What the ledger says of the export. */
export interface LedgerFigures {
  /** The newest landed hour of the last 35 days; undefined when none has landed. */
  readonly newestLanded: HourWindow | undefined;
  /** Due hours after the first landed hour of the last 35 days that have not landed. */
  readonly missingHours: number;
  /** Those of them that are before the newest landed hour. */
  readonly gapHours: number;
  /** Of the newest 24 due hours: landed with far fewer events than usual. */
  readonly scarceHours: number;
}

const LOOK_BACK_HOURS = 35 * 24;
const COMPARED_HOURS = 24;
const WEEK_HOURS = 7 * 24;
const WEEKS = 4;

/** An hour is compared with at least this many earlier ones. */
const WEEKS_NEEDED = 2;
/** Hours that usually have fewer events differ too much from week to week. */
const EVENTS_NEEDED = 100;
const SCARCE = 0.1;

/** The newest due hour at a moment, in milliseconds since the epoch. */
export function newestDueAt(nowMs: number, hourDueAfterMs: number): HourWindow {
  return hourWindowAt(nowMs - hourDueAfterMs);
}

/** The hours to list, up to the newest due one. */
export function listedInterval(newestDue: HourWindow): Interval {
  return { start: hoursBefore(newestDue, LOOK_BACK_HOURS - 1), end: newestDue };
}

/** The newest 24 due hours, and the same hours of the four weeks before. */
export function comparedHours(newestDue: HourWindow): HourWindow[] {
  return recentHours(newestDue).flatMap((window) => [window, ...sameHoursBefore(window)]);
}

/**
 * The figures of a ledger: its landed hours in `listedInterval`, and the number of events of those in `comparedHours`. An
 * hour is scarce when it has less than a tenth of the median of the same hours of the four weeks before, of which two have
 * landed, and that median is at least 100.
 */
export function ledgerFigures(
  newestDue: HourWindow,
  landed: ReadonlySet<HourWindow>,
  events: ReadonlyMap<HourWindow, number>,
): LedgerFigures {
  const sorted = [...landed].filter((window) => window <= newestDue).sort();
  const [first] = sorted;
  const newestLanded = sorted.at(-1);
  const missingUntil = (last: HourWindow | undefined): number =>
    first === undefined || last === undefined
      ? 0
      : (hourStartMs(last) - hourStartMs(first)) / HOUR_MS + 1 - sorted.length;
  return {
    newestLanded,
    missingHours: missingUntil(newestDue),
    gapHours: missingUntil(newestLanded),
    scarceHours: recentHours(newestDue).filter((window) => isScarce(window, events)).length,
  };
}

/** How far the newest landed hour is behind the newest due one, in seconds; the whole look-back when none has landed. */
export function freshnessSeconds(newestDue: HourWindow, newestLanded: HourWindow | undefined): number {
  const behindMs =
    newestLanded === undefined
      ? LOOK_BACK_HOURS * HOUR_MS
      : hourStartMs(newestDue) - hourStartMs(newestLanded);
  return Math.max(0, behindMs / 1000);
}

function isScarce(window: HourWindow, events: ReadonlyMap<HourWindow, number>): boolean {
  const found = events.get(window);
  const before = sameHoursBefore(window)
    .flatMap((earlier) => events.get(earlier) ?? [])
    .sort((a, b) => a - b);
  if (found === undefined || before.length < WEEKS_NEEDED) return false;
  const usual = ((before.at((before.length - 1) / 2) ?? 0) + (before.at(before.length / 2) ?? 0)) / 2;
  return usual >= EVENTS_NEEDED && found < usual * SCARCE;
}

function recentHours(newestDue: HourWindow): HourWindow[] {
  return Array.from({ length: COMPARED_HOURS }, (_, hours) => hoursBefore(newestDue, hours));
}

function sameHoursBefore(window: HourWindow): HourWindow[] {
  return Array.from({ length: WEEKS }, (_, weeks) => hoursBefore(window, (weeks + 1) * WEEK_HOURS));
}

function hoursBefore(window: HourWindow, hours: number): HourWindow {
  return hourWindowAt(hourStartMs(window) - hours * HOUR_MS);
}
