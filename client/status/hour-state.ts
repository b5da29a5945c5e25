import { ManifestUnreadable } from '../../bronze/errors.ts';
import type { HourSummary } from '../../bronze/hour-summary.ts';
import { holdsOtherHours } from '../../bronze/outside-window.ts';
import type { HourWindow } from '../../core/hour-window.ts';

/** How an hour window stands, and what that means; in the order in which they are told. */
export const hourStates = {
  complete: 'landed',
  rejected: 'landed, with lines that were kept aside as no events',
  'outside window': 'landed, with events that arrived in other hours',
  empty: 'landed, without a line',
  missing: 'due, and nobody has tried to land it',
  failed: 'due, and tried, but not landed; it may be in progress',
  unreadable: 'its manifest is not one that this version can read',
  'not due': 'too young to have all its events',
} as const;

/** One of `hourStates`. */
export type HourState = keyof typeof hourStates;

/** Every state, in order. */
export const allHourStates = Object.keys(hourStates) as HourState[];

/** How one hour stands: with a summary when it landed, with a problem when its manifest is unreadable. */
export interface HourStatus {
  readonly window: HourWindow;
  readonly state: HourState;
  readonly summary?: HourSummary;
  readonly problem?: string;
}

/** What the bucket says about the hours of an interval. */
export interface Evidence {
  /** What each manifest says, or why it cannot be read. */
  readonly manifests: ReadonlyMap<HourWindow, HourSummary | ManifestUnreadable>;
  /** The hours without a manifest that have operation logs. */
  readonly attempted: ReadonlySet<HourWindow>;
  /** Every hour up to this one is due. */
  readonly newestDue: HourWindow;
}

/** Judges one hour by what the bucket says. */
export function hourStatus(window: HourWindow, evidence: Evidence): HourStatus {
  const found = evidence.manifests.get(window);
  if (found instanceof ManifestUnreadable) return { window, state: 'unreadable', problem: found.message };
  if (found !== undefined) {
    return { window, state: landedState(found), summary: found };
  }
  if (window > evidence.newestDue) return { window, state: 'not due' };
  return { window, state: evidence.attempted.has(window) ? 'failed' : 'missing' };
}

/** Lines of other hours come before rejected ones: they may be in the bucket twice. */
function landedState(summary: HourSummary): HourState {
  if (holdsOtherHours(summary)) return 'outside window';
  return summary.rejected > 0 ? 'rejected' : summary.status;
}

/** Hours of one state that follow each other without a gap. */
export interface Stretch {
  readonly state: HourState;
  readonly hours: readonly HourStatus[];
  readonly first: HourWindow;
  readonly last: HourWindow;
}

/** Cuts hours, given in order and without a gap, wherever the state changes. */
export function stretchesOf(hours: readonly HourStatus[]): Stretch[] {
  const stretches: { state: HourState; hours: HourStatus[]; first: HourWindow; last: HourWindow }[] = [];
  for (const hour of hours) {
    const open = stretches.at(-1);
    if (open?.state === hour.state) {
      open.hours.push(hour);
      open.last = hour.window;
    } else {
      stretches.push({ state: hour.state, hours: [hour], first: hour.window, last: hour.window });
    }
  }
  return stretches;
}
