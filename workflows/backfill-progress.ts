import { hoursSelected, type HourSelection } from '../core/hour-selection.ts';
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

/** The sums of the days that have ended; sizes in bytes. */
export interface BackfillTotals {
  /** Hours that the backfill has to export, without the hours that it skips. */
  readonly hours: number;
  readonly alreadyLanded: number;
  readonly landed: number;
  /** Of the landed hours: exported again with unchanged lines. */
  readonly unchanged: number;
  /** Of the landed hours: they keep data that was fetched later than this backfill's. */
  readonly outdated: number;
  /** Of the landed hours: already landed, with other lines. */
  readonly changed: number;
  /** Of the landed hours: without any line. */
  readonly empty: number;
  readonly failed: number;
  /** The first failed hours, with their reasons. */
  readonly firstFailed: readonly FailedHour[];
  readonly events: number;
  readonly rejected: number;
  /** Events that arrived outside the hour they are in; absent from backfills of older versions. */
  readonly outsideWindow?: number;
  readonly bytes: number;
  /** What landed hours could not remove, with the first reason; null when nothing is left. */
  readonly notRemoved: NotRemovedHours | null;
}

/** The answer to the query `progress` of a backfill, and its result. */
export interface BackfillProgress extends BackfillTotals, Interval {
  readonly mode: HourSelection;
  readonly concurrency: number;
  readonly paused: boolean;
  /** The workflow ids of the days in progress. The counts do not include these days yet. */
  readonly inProgress: readonly string[];
  readonly daysLeft: number;
}

const MAX_FAILED_LISTED = 50;

/** The totals of a backfill before its first day. */
export function noTotals(hours: number, alreadyLanded: number): BackfillTotals {
  const nothing = { landed: 0, unchanged: 0, outdated: 0, changed: 0, empty: 0, events: 0, rejected: 0 };
  const none = { ...nothing, outsideWindow: 0, bytes: 0, notRemoved: null };
  return { hours, alreadyLanded, failed: 0, firstFailed: [], ...none };
}

/**
 * Adds the counts of a day for which `planned` hours were planned. Other runs may have landed some of them since the
 * plan.
 */
export function addDay(totals: BackfillTotals, planned: number, day: IntervalProgress): BackfillTotals {
  const landedSincePlan = planned - day.hours;
  // The progress from a worker of an older version does not have this count.
  const counts: Partial<IntervalProgress> = day;
  return {
    hours: totals.hours - landedSincePlan,
    alreadyLanded: Math.max(0, totals.alreadyLanded + landedSincePlan),
    landed: totals.landed + day.landed,
    unchanged: totals.unchanged + day.unchanged,
    outdated: totals.outdated + (counts.outdated ?? 0),
    changed: totals.changed + day.changed.length,
    empty: totals.empty + day.empty,
    failed: totals.failed + day.failed.length,
    firstFailed: [...totals.firstFailed, ...day.failed].slice(0, MAX_FAILED_LISTED),
    events: totals.events + day.events,
    rejected: totals.rejected + day.rejected,
    outsideWindow: (totals.outsideWindow ?? 0) + (day.outsideWindow ?? 0),
    bytes: totals.bytes + day.bytes,
    notRemoved: addNotRemoved(totals.notRemoved, day.notRemoved),
  };
}

/** Adds a day whose run ended without a result: all its hours count as failed, for the reason given. */
export function addLostDay(totals: BackfillTotals, hours: number, reason: FailedHour): BackfillTotals {
  return {
    ...totals,
    failed: totals.failed + hours,
    firstFailed: [...totals.firstFailed, reason].slice(0, MAX_FAILED_LISTED),
  };
}

/** The progress as Markdown, for the Web UI. */
export function describeBackfill(progress: BackfillProgress): string {
  const { start, end, mode, hours, landed, failed, alreadyLanded, inProgress, firstFailed } = progress;
  const { outsideWindow = 0 } = progress;
  const lines = [
    'Backfill, one child workflow for each day. Updates: `pause`, `resume`, `setConcurrency`. Query: `progress`.',
    `**${start} to ${end}**, ${hoursSelected[mode]}: ${landed} of ${hours} landed (${progress.empty} empty, ${progress.unchanged} unchanged, ${progress.changed} changed), ${failed} failed`,
    `${progress.events} events, ${progress.rejected} rejected lines`,
    `${progress.concurrency} hours at once${progress.paused ? ', **paused**' : ''}; ${inProgress.length} days in progress, ${progress.daysLeft} to come`,
  ];
  if (outsideWindow > 0) lines.push(describeOutside(outsideWindow));
  if (progress.outdated > 0) lines.push(describeOutdated(progress.outdated));
  if (alreadyLanded > 0) lines.push(`${alreadyLanded} hours had already landed and are skipped`);
  if (progress.notRemoved) lines.push(describeNotRemoved(progress.notRemoved));
  if (firstFailed.length > 0)
    lines.push(
      `Failed${failed > firstFailed.length ? ' (the first of them)' : ''}:\n${listFailed(firstFailed)}`,
    );
  return lines.join('\n\n');
}
