import type { HourSelection } from '../core/hour-selection.ts';
import type { Interval } from '../core/interval.ts';
import { listFailed, type FailedHour } from './failures.ts';
import {
  addNotRemoved,
  describeNotRemoved,
  describeOutdated,
  describeOutside,
  type IntervalProgress,
  type NotRemovedHours,
} from './progress.ts';

/** What the days that have ended came to; sizes in bytes. */
export interface BackfillTotals {
  /** Hours that the backfill has to export; those that are left alone are not among them. */
  readonly hours: number;
  readonly alreadyLanded: number;
  readonly landed: number;
  /** Of the landed ones: exported again with the lines they had, so nothing changed. */
  readonly unchanged: number;
  /** Of the landed ones: they hold other data, which was fetched after this backfill's and stays. */
  readonly outdated: number;
  /** Of the landed ones: those that had already landed with other lines. */
  readonly changed: number;
  /** Of the landed ones: without a single line. */
  readonly empty: number;
  readonly failed: number;
  /** The first failed hours, with their reasons. */
  readonly firstFailed: readonly FailedHour[];
  readonly events: number;
  readonly rejected: number;
  /** Events that arrived outside the hour they are in; a backfill of an older version does not tell. */
  readonly outsideWindow?: number;
  readonly bytes: number;
  /** What landed hours had to remove and could not, with the first reason; null when nothing is left. */
  readonly notRemoved: NotRemovedHours | null;
}

/** What the query `progress` of a backfill answers, and at the end its result. */
export interface BackfillProgress extends BackfillTotals, Interval {
  readonly mode: HourSelection;
  readonly concurrency: number;
  readonly paused: boolean;
  /** The ids of the runs of the days in progress; what they have landed is not among the counts yet. */
  readonly inProgress: readonly string[];
  readonly daysLeft: number;
}

const MOST_FAILED_TOLD = 50;

/** The totals of a backfill that has to export so many hours, before the first. */
export function noTotals(hours: number, alreadyLanded: number): BackfillTotals {
  const nothing = { landed: 0, unchanged: 0, outdated: 0, changed: 0, empty: 0, events: 0, rejected: 0 };
  const none = { ...nothing, outsideWindow: 0, bytes: 0, notRemoved: null };
  return { hours, alreadyLanded, failed: 0, firstFailed: [], ...none };
}

/** Adds what a day came to, of which so many hours were planned: others may have landed some of them meanwhile. */
export function addDay(totals: BackfillTotals, planned: number, day: IntervalProgress): BackfillTotals {
  const landedMeanwhile = planned - day.hours;
  // What a worker of an earlier version tells has no such count.
  const told: Partial<IntervalProgress> = day;
  return {
    hours: totals.hours - landedMeanwhile,
    alreadyLanded: Math.max(0, totals.alreadyLanded + landedMeanwhile),
    landed: totals.landed + day.landed,
    unchanged: totals.unchanged + day.unchanged,
    outdated: totals.outdated + (told.outdated ?? 0),
    changed: totals.changed + day.changed.length,
    empty: totals.empty + day.empty,
    failed: totals.failed + day.failed.length,
    firstFailed: [...totals.firstFailed, ...day.failed].slice(0, MOST_FAILED_TOLD),
    events: totals.events + day.events,
    rejected: totals.rejected + day.rejected,
    outsideWindow: (totals.outsideWindow ?? 0) + (day.outsideWindow ?? 0),
    bytes: totals.bytes + day.bytes,
    notRemoved: addNotRemoved(totals.notRemoved, day.notRemoved),
  };
}

/** Adds a day whose run ended without a word of what it did: all its hours count as failed, for the reason given. */
export function addLostDay(totals: BackfillTotals, hours: number, reason: FailedHour): BackfillTotals {
  return {
    ...totals,
    failed: totals.failed + hours,
    firstFailed: [...totals.firstFailed, reason].slice(0, MOST_FAILED_TOLD),
  };
}

/** The progress as Markdown, for the Web UI. */
export function describeBackfill(progress: BackfillProgress): string {
  const { start, end, mode, hours, landed, failed, alreadyLanded, inProgress, firstFailed } = progress;
  const { outsideWindow = 0 } = progress;
  const lines = [
    'Backfill, one child workflow a day. Updates: `pause`, `resume`, `setConcurrency`. Query: `progress`.',
    `**${start} to ${end}**, ${mode} hours: ${landed} of ${hours} landed (${progress.empty} empty, ${progress.unchanged} unchanged, ${progress.changed} changed), ${failed} failed`,
    `${progress.events} events, ${progress.rejected} rejected lines`,
    `${progress.concurrency} hours at once${progress.paused ? ', **paused**' : ''}; ${inProgress.length} days in progress, ${progress.daysLeft} to come`,
  ];
  if (outsideWindow > 0) lines.push(describeOutside(outsideWindow));
  if (progress.outdated > 0) lines.push(describeOutdated(progress.outdated));
  if (alreadyLanded > 0) lines.push(`${alreadyLanded} hours had already landed and are left alone`);
  if (progress.notRemoved) lines.push(describeNotRemoved(progress.notRemoved));
  if (firstFailed.length > 0)
    lines.push(
      `Failed${failed > firstFailed.length ? ' (the first of them)' : ''}:\n${listFailed(firstFailed)}`,
    );
  return lines.join('\n\n');
}
