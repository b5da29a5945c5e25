import type { ScheduleDescription } from '@temporalio/client';

const MOST_TIMES = 5;

/** A schedule in words: what it does, whether it rests, its last runs and its next. */
export function describeSchedule({ scheduleId, state, info, action, policies }: ScheduleDescription): string {
  const args = 'args' in action ? JSON.stringify(action.args?.[0]) : '';
  const recent = info.recentActions.slice(-MOST_TIMES).map(({ scheduledAt, action: taken }) => {
    const run = taken.type === 'startWorkflow' ? taken.workflow.workflowId : '';
    return `  ${scheduledAt.toISOString()}  ${run}`;
  });
  const next = info.nextActionTimes.slice(0, MOST_TIMES).map((time) => `  ${time.toISOString()}`);
  return [
    `${scheduleId}: ${state.paused ? 'paused' : 'active'}`,
    state.note ?? '',
    `input ${args}, overlap ${policies.overlap}, catch-up window ${policies.catchupWindow / 3_600_000} h`,
    `last runs, of ${info.numActionsTaken}:`,
    ...(recent.length > 0 ? recent : ['  none']),
    'next runs:',
    ...(next.length > 0 ? next : ['  none']),
  ].join('\n');
}
