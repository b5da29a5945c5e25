import { describe, expect, it } from 'vitest';
import { planSchedule, scheduleOptions } from '../../../client/schedule/schedule-plan.ts';

describe('planSchedule', () => {
  it.each([
    [
      {},
      'amplitude-export-daily',
      'Exports the day before, every day at 03:30 UTC.',
      { period: 'day', daysBack: 1, reprocess: false },
    ],
    [
      { at: '23:05', daysBack: 0 },
      'amplitude-export-daily',
      'Exports the day itself, every day at 23:05 UTC.',
      { period: 'day', daysBack: 0, reprocess: false },
    ],
    [
      { cron: '0 6 * * 1', daysBack: 3, reprocess: true },
      'amplitude-export-settling',
      'Exports the day 3 days before, again if it has landed, at "0 6 * * 1" UTC.',
      { period: 'day', daysBack: 3, reprocess: true },
    ],
    [
      { everyHour: true },
      'amplitude-export-hourly',
      'Exports the latest hour that is due, every hour at 10 past.',
      { period: 'hour', reprocess: false },
    ],
    [
      { id: 'mine' },
      'mine',
      'Exports the day before, every day at 03:30 UTC.',
      { period: 'day', daysBack: 1, reprocess: false },
    ],
  ])('%j is %s: %s', (request, id, note, input) => {
    expect(planSchedule(request, 'amplitude-export')).toMatchObject({ id, note, input });
  });

  it.each([
    [{}, { calendars: [{ hour: 3, minute: 30 }], timezone: 'UTC' }],
    [{ at: '00:00' }, { calendars: [{ hour: 0, minute: 0 }], timezone: 'UTC' }],
    [{ everyHour: true }, { calendars: [{ hour: '*', minute: 10 }], timezone: 'UTC' }],
    [{ cron: '@daily' }, { cronExpressions: ['@daily'], timezone: 'UTC' }],
  ])('%j runs in UTC, whatever the zone of the machine', (request, spec) => {
    expect(planSchedule(request, 'amplitude-export').spec).toEqual(spec);
  });

  it.each([
    [
      { at: '03:30', cron: '30 3 * * *' },
      /^--cron, --at and --every-hour exclude each other; give one of them$/,
    ],
    [{ at: '03:30', everyHour: true }, /^--cron, --at and --every-hour/],
    [{ cron: '30 3 * * *', everyHour: true }, /^--cron, --at and --every-hour/],
    [{ everyHour: true, daysBack: 1 }, /^--days-back is for a daily schedule/],
    [{ cron: 'TZ=Europe/Berlin 30 3 * * *' }, /"TZ=Europe\/Berlin 30 3 \* \* \*" names a time zone/],
    [{ cron: 'CRON_TZ=UTC 30 3 * * *' }, /names a time zone/],
  ])('refuses %j', (request, message) => {
    expect(() => planSchedule(request, 'amplitude-export')).toThrow(
      expect.objectContaining({ type: 'InputInvalid' }) as Error,
    );
    expect(() => planSchedule(request, 'amplitude-export')).toThrow(message);
  });

  it.each(['24:00', '3:30', '03:60', '03:30:00', 'noon', ''])('refuses %j as a time of day', (at) => {
    const message = `--at ${JSON.stringify(at)} is not a time of day; write it as 03:30 (UTC)`;
    expect(() => planSchedule({ at }, 'amplitude-export')).toThrow(message);
  });
});

describe('scheduleOptions', () => {
  it('lets runs overlap and catch up, and says what the schedule does', () => {
    const plan = planSchedule({ id: 'mine' }, 'amplitude-export');
    expect(scheduleOptions(plan, 'queue')).toMatchObject({
      scheduleId: 'mine',
      policies: { overlap: 'ALLOW_ALL', catchupWindow: '14 days' },
      state: { note: plan.note },
      action: {
        workflowType: 'exportInterval',
        workflowId: 'mine',
        taskQueue: 'queue',
        args: [plan.input],
        staticSummary: 'Amplitude export by schedule mine',
        staticDetails: expect.stringContaining(plan.note) as unknown,
      },
    });
  });
});
