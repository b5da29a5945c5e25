import { parseHourWindow } from '../../../core/hour-window.ts';
import type { AlertCase } from '../alert-case.ts';

const HOUR = parseHourWindow('2026-01-13T00');

/** A start counts as overdue a minute after its time. */
export const scheduleCase: AlertCase = {
  alert: 'AmplitudeExportScheduleOverdue',
  fault: 'a schedule is paused',
  cause: async ({ pipeline: { client, taskQueue } }) => {
    const schedule = await client.schedule.create({
      scheduleId: `${taskQueue}-often`,
      spec: { intervals: [{ every: '5s' }] },
      action: {
        type: 'startWorkflow',
        workflowType: 'exportInterval',
        taskQueue,
        args: [{ start: HOUR, end: HOUR }],
      },
      policies: { overlap: 'ALLOW_ALL', catchupWindow: '14 days' },
      state: { paused: true },
    });
    return () => schedule.unpause();
  },
};
