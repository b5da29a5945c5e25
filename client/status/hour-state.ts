import { ManifestUnreadable } from '../../bronze/errors.ts';
import type { HourSummary } from '../../bronze/hour-summary.ts';
import { holdsOtherHours } from '../../bronze/outside-window.ts';
import type { HourWindow } from '../../core/hour-window.ts';

/** The states of an hour window and their meanings, in the order in which they are shown. */
export const hourStates = {
  complete: 'landed',
  rejected: 'landed, with rejected lines that are kept aside',
  'outside window': 'landed, with events that arrived in other hours',
  empty: 'landed, without any line',
  missing: 'due, not landed, and without any attempt',
  failed: 'due, attempted and not landed; it may be in progress',
  unreadable: 'this version cannot read its manifest',
  'not due': 'too recent to have all its events',
} as const;

/** One of `hourStates`. */
export type HourState = keyof typeof hourStates;

/** Every state, in order. */
export const allHourStates = Object.keys(hourStates) as HourState[];

/** The state of one hour: with a summary when it landed, with a problem when its manifest is unreadable. */
export interface HourStatus {
  readonly window: HourWindow;
  readonly state: HourState;
  readonly summary?: HourSummary;
  readonly problem?: string;
}

/** What the bucket has about the hours of an interval. */
export interface Evidence {
  /** The summary of each manifest, or why it cannot be read. */
  readonly manifests: ReadonlyMap<HourWindow, HourSummary | ManifestUnreadable>;
  /** The hours without a manifest that have operation logs. */
  readonly attempted: ReadonlySet<HourWindow>;
  /** Every hour up to this one is due. */
  readonly newestDue: HourWindow;
}

/** Determines the state of one hour. */
export function hourStatus(window: HourWindow, evidence: Evidence): HourStatus {
  const found = evidence.manifests.get(window);
  if (found instanceof ManifestUnreadable) return { window, state: 'unreadable', problem: found.message };
  if (found !== undefined) {
    return { window, state: landedState(found), summary: found };
  }
  if (window > evidence.newestDue) return { window, state: 'not due' };
  return { window, state: evidence.attempted.has(window) ? 'failed' : 'missing' };
}

/** Events of other hours take precedence over rejected lines: they may be in the bucket twice. */
function landedState(summary: HourSummary): HourState {
  if (holdsOtherHours(summary)) return 'outside window';
  return summary.rejected > 0 ? 'rejected' : summary.status;
}

/** Consecutive hours of one state. */
export interface Stretch {
  readonly state: HourState;
  readonly hours: readonly HourStatus[];
  readonly first: HourWindow;
  readonly last: HourWindow;
}

/** Divides consecutive hours, given in order, wherever the state changes. */
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
