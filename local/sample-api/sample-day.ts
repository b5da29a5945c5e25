import { dateAndHour, type HourWindow } from '../../core/hour-window.ts';
import { BAD_LINE_KINDS } from './bad-lines.ts';
import type { EventRange, EventSource } from './events.ts';
import { hashText, Random } from './random.ts';
import { specialHours } from './special-hours.ts';

/** What determines the data of every hour. */
export interface SampleOptions extends EventSource {
  /** Events in the busy hour of each day, 20,000 by default. With 0 that hour is an archive without any line. */
  readonly busyEvents?: number | undefined;
  /** Makes every hour alike, instead of the hours of a sample day; for gigabytes in an hour or a member. */
  readonly eachHour?: EachHour | undefined;
}

/** The content of every hour: its events, in so many members of equal size, each stored in the zip. */
export interface EachHour {
  readonly events: number;
  readonly members: number;
}

/** Variations of an hour from its plan. */
export interface HourVariation {
  /** A few more events, after the others. */
  readonly moreEvents?: boolean;
  /** Bad lines, in an hour that has none. */
  readonly badLines?: boolean;
}

/** One file of the archive: its events and bad lines, and how it is packed. */
export interface MemberPlan {
  readonly name: string;
  readonly events: EventRange;
  readonly badLines: EventRange;
  /** Whether some blank lines are among the others. */
  readonly blankLines: boolean;
  /** Whether the last line ends with a newline. */
  readonly finalNewline: boolean;
  /** Whether it is many gzip streams in a row, cut within lines too, rather than one. */
  readonly manyStreams: boolean;
  /** Whether the zip compresses it again, instead of storing it. Never true for the first member of an hour. */
  readonly deflated: boolean;
}

/** The content of an hour. An hour without members has no data: 404. */
export interface HourPlan {
  readonly window: HourWindow;
  readonly members: readonly MemberPlan[];
}

const DEFAULT_BUSY_EVENTS = 20_000;
const MORE_EVENTS = 3;

/**
 * Plans an hour: its events in its members, which depend only on seed and window. Hours follow a daily curve of a few
 * hundred to two thousand events, except the `specialHours`.
 */
export function planHour(
  options: SampleOptions,
  window: HourWindow,
  variation: HourVariation = {},
): HourPlan {
  if (options.eachHour !== undefined) return planEqualMembers(options, options.eachHour, window);
  const hour = hourOfDay(window);
  const random = new Random(hashText(`${options.seed} plan of ${window}`));
  const events = eventCount(options, hour, random);
  // Drawn in any case, so that a variation moves no event to another member.
  const shares = shareOut(events, memberCount(hour, random), random);
  const firstNumber = random.below(2);
  const bad = hour === specialHours.badLines;
  // In the hour with bad lines, the last member has only bad lines, the one before has events too, and the first has
  // none.
  if (bad) shares.push({ first: events, count: 0 });
  if (shares.length === 0 && (variation.moreEvents || variation.badLines))
    shares.push({ first: 0, count: 0 });
  const members = shares.map((share, index): MemberPlan => {
    const last = index === shares.length - 1;
    const more = last && variation.moreEvents ? MORE_EVENTS : 0;
    const withBad = bad ? index > 0 : last && variation.badLines;
    return {
      name: memberName(options.projectId, window, firstNumber + index),
      events: { first: share.first, count: share.count + more },
      badLines: { first: index * BAD_LINE_KINDS, count: withBad ? BAD_LINE_KINDS : 0 },
      blankLines: random.below(2) === 0,
      finalNewline: random.below(3) > 0,
      manyStreams: last && hour === specialHours.manyStreams,
      deflated: index % 2 === 1,
    };
  });
  return { window, members };
}

/** Variations do not apply: hours that are alike are for figures, and a variation would change them. */
function planEqualMembers(
  { projectId }: SampleOptions,
  { events, members }: EachHour,
  window: HourWindow,
): HourPlan {
  const firstOf = (index: number): number => Math.round((events * index) / members);
  return {
    window,
    members: Array.from({ length: members }, (_, index) => ({
      name: memberName(projectId, window, index),
      events: { first: firstOf(index), count: firstOf(index + 1) - firstOf(index) },
      badLines: { first: 0, count: 0 },
      blankLines: false,
      finalNewline: true,
      manyStreams: false,
      deflated: false,
    })),
  };
}

/** How many events a planned hour holds, bad lines not counted. */
export function plannedEvents(plan: HourPlan): number {
  return plan.members.reduce((sum, member) => sum + member.events.count, 0);
}

/** The hour is not padded. Source: Amplitude's documentation of the archive's layout. */
function memberName(projectId: number, window: HourWindow, number: number): string {
  return `${projectId}/${projectId}_${dateAndHour(window).date}_${hourOfDay(window)}#${number}.json.gz`;
}

function hourOfDay(window: HourWindow): number {
  return Number(dateAndHour(window).hour);
}

function eventCount(options: SampleOptions, hour: number, random: Random): number {
  if (hour === specialHours.empty) return 0;
  if (hour === specialHours.busy) return options.busyEvents ?? DEFAULT_BUSY_EVENTS;
  // Least at 04:00, most at 16:00.
  const daylight = (1 - Math.cos(((hour - 4) / 12) * Math.PI)) / 2;
  return Math.round(300 + 1400 * daylight) + random.below(200);
}

function memberCount(hour: number, random: Random): number {
  const count = 1 + random.below(4);
  if (hour === specialHours.empty) return 0;
  if (hour === specialHours.busy) return 4;
  return hour === specialHours.badLines ? 2 : count;
}

/** Divides `events` into `count` unequal ranges. */
function shareOut(events: number, count: number, random: Random): EventRange[] {
  const weights = Array.from({ length: count }, () => 1 + random.below(4));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let weightSoFar = 0;
  let first = 0;
  return weights.map((weight) => {
    weightSoFar += weight;
    const end = Math.round((events * weightSoFar) / total);
    const range = { first, count: end - first };
    first = end;
    return range;
  });
}
