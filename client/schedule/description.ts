import type { ScheduleDescription } from '@temporalio/client';
import { HOUR_MS } from '../../core/hour-window.ts';

/** A schedule, its last runs and its next runs; times are ISO 8601. */
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

const MAX_TIMES = 5;

/** Selects from Temporal's description of a schedule what the command line shows. */
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
    lastRuns: info.recentActions.slice(-MAX_TIMES).map(({ scheduledAt, action: taken }) => ({
      at: scheduledAt.toISOString(),
      workflowId: taken.type === 'startWorkflow' ? taken.workflow.workflowId : '',
    })),
    nextRuns: info.nextActionTimes.slice(0, MAX_TIMES).map((time) => time.toISOString()),
  };
}

/** A schedule as lines of text. */
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
