import type { Priority } from '@temporalio/common';
import { HOUR_MS } from '../core/hour-window.ts';
import { nominalStartMs } from './search-attributes.ts';

/** A scheduled run whose nominal time is older than this exports the past: somebody has backfilled its schedule. */
const LATE_MS = 36 * HOUR_MS;

/**
 * Which tasks of a queue the server hands out first: 1 before 2, and so on to 5. What takes no slot goes first, then last
 * night's hours, runs that a person has started, and backfills. Without a priority a workflow has 3.
 */
export const priorities = {
  withoutSlot: { priorityKey: 1 },
  scheduled: { priorityKey: 2 },
  backfill: { priorityKey: 4 },
} as const satisfies Readonly<Record<string, Priority>>;

/** The priority of the hours of this run; undefined: that of the run itself, which a backfill has set for its days. */
export function priorityOfHours(): Priority | undefined {
  const nominalMs = nominalStartMs();
  if (nominalMs === undefined) return undefined;
  // Inside a workflow, Date.now() is the time of the history.
  return Date.now() - nominalMs < LATE_MS ? priorities.scheduled : priorities.backfill;
}
