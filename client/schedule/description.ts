import type { ScheduleDescription } from '@temporalio/client';
import { HOUR_MS } from '../../core/hour-window.ts';

/** What a schedule is, when it ran last and when it runs next; times as ISO 8601. */
export interface ScheduleSummary {
  readonly scheduleId: string;
  readonly state: 'paused' | 'active';
  readonly note: string;
  /** The input of its runs. */
  readonly input: unknown;
  readonly overlap: string;
  readonly catchupWindowMs: number;
  /** How many runs it has started. */
  readonly runs: number;
  readonly lastRuns: readonly { readonly at: string; readonly workflowId: string }[];
  readonly nextRuns: readonly string[];
}

const MOST_TIMES = 5;

/** Picks out what matters of what Temporal tells about a schedule. */
export function summarizeSchedule(description: ScheduleDescription): ScheduleSummary {
  const { scheduleId, state, info, action, policies } = description;
  return {
    scheduleId,
    state: state.paused ? 'paused' : 'active',
    note: state.note ?? '',
    input: 'args' in action ? action.args?.[0] : undefined,
    overlap: policies.overlap ?? '',
    catchupWindowMs: policies.catchupWindow,
    runs: info.numActionsTaken,
    lastRuns: info.recentActions.slice(-MOST_TIMES).map(({ scheduledAt, action: taken }) => ({
      at: scheduledAt.toISOString(),
      workflowId: taken.type === 'startWorkflow' ? taken.workflow.workflowId : '',
    })),
    nextRuns: info.nextActionTimes.slice(0, MOST_TIMES).map((time) => time.toISOString()),
  };
}

/** A schedule in words, line by line. */
export function describeSchedule(schedule: ScheduleSummary): string[] {
  const { scheduleId, state, note, input, overlap, catchupWindowMs, runs } = schedule;
  const lastRuns = schedule.lastRuns.map(({ at, workflowId }) => `  ${at}  ${workflowId}`);
  const nextRuns = schedule.nextRuns.map((time) => `  ${time}`);
  return [
    `${scheduleId}: ${state}`,
    note,
    `input ${JSON.stringify(input)}, overlap ${overlap}, catch-up window ${catchupWindowMs / HOUR_MS} h`,
    `last runs, of ${runs}:`,
    ...(lastRuns.length > 0 ? lastRuns : ['  none']),
    'next runs:',
    ...(nextRuns.length > 0 ? nextRuns : ['  none']),
  ];
}
