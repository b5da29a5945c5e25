import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SearchAttributeUpdatePair,
} from '@temporalio/common';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { hourStartMs } from '../core/hour-window.ts';
import type { Interval } from '../core/interval.ts';

/** The search attributes of runs. Runs set those that the namespace knows; `setup` makes them. */
export const exportAttributes = {
  from: defineSearchAttributeKey('AmplitudeExportFrom', SearchAttributeType.DATETIME),
  to: defineSearchAttributeKey('AmplitudeExportTo', SearchAttributeType.DATETIME),
  failedHours: defineSearchAttributeKey('AmplitudeExportFailedHours', SearchAttributeType.INT),
  rejectedLines: defineSearchAttributeKey('AmplitudeExportRejectedLines', SearchAttributeType.INT),
} as const;

/** The server sets it on every workflow that a schedule starts: the nominal time of the start. */
const scheduledStartTime = defineSearchAttributeKey(
  'TemporalScheduledStartTime',
  SearchAttributeType.DATETIME,
);

/** The nominal time of a run that a schedule started, in milliseconds since the epoch; undefined for any other run. */
export function nominalStartMs(): number | undefined {
  return workflowInfo().typedSearchAttributes.get(scheduledStartTime)?.getTime();
}

/**
 * Sets which hours a run covers. It leaves out attributes that the namespace does not know: they would block the
 * workflow.
 */
export function markInterval(known: readonly string[], { start, end }: Interval): void {
  upsertKnown(known, [
    { key: exportAttributes.from, value: new Date(hourStartMs(start)) },
    { key: exportAttributes.to, value: new Date(hourStartMs(end)) },
  ]);
}

/** Sets how many hours of a run failed and how many of its lines were rejected. */
export function markOutcome(known: readonly string[], failedHours: number, rejectedLines: number): void {
  upsertKnown(known, [
    { key: exportAttributes.failedHours, value: failedHours },
    { key: exportAttributes.rejectedLines, value: rejectedLines },
  ]);
}

function upsertKnown(known: readonly string[], pairs: readonly SearchAttributeUpdatePair[]): void {
  const upserted = pairs.filter(({ key }) => known.includes(key.name));
  if (upserted.length > 0) upsertSearchAttributes(upserted);
}
