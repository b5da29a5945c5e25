import type { ScheduleOptions, ScheduleOptionsStartWorkflowAction } from '@temporalio/client';
import { producer } from '../../core/version.ts';
import { InputInvalid } from '../../core/interval.ts';
import type { exportInterval } from '../../workflows/export-interval.ts';
import type { ExportIntervalInput } from '../../workflows/inputs.ts';

/** The options of `schedule create`. */
export interface ScheduleRequest {
  readonly id?: string;
  readonly cron?: string;
  /** A time of day, UTC. */
  readonly at?: string;
  readonly everyHour?: boolean;
  readonly daysBack?: number;
  readonly reprocess?: boolean;
}

/** By then the last hour of the day before is due. Not a full hour, when many other schedules start. */
const DEFAULT_AT = '03:30';

/** The minute of an hourly schedule. */
const HOURLY_MINUTE = 10;

/** How late a missed run may still start: a server that is down for 14 days loses no day. */
const CATCHUP_WINDOW = '14 days';

/** The id of the daily schedule: the default of every verb that takes a schedule id. */
export function dailySchedule(taskQueue: string): string {
  return `${taskQueue}-daily`;
}

/** What a schedule exports and when, as a sentence (`note`) and as Temporal takes it. */
export interface SchedulePlan {
  readonly id: string;
  readonly note: string;
  readonly input: ExportIntervalInput;
  readonly spec: ScheduleOptions['spec'];
}

/**
 * Reads the options. Without an id, the schedule gets one that begins with the task queue.
 * @throws InputInvalid when options exclude each other or a time is invalid
 */
export function planSchedule(request: ScheduleRequest, taskQueue: string): SchedulePlan {
  const { cron, at, everyHour = false, daysBack = 1, reprocess = false } = request;
  if (Number(cron !== undefined) + Number(at !== undefined) + Number(everyHour) > 1)
    throw new InputInvalid('--cron, --at and --every-hour exclude each other; give one of them');
  if (everyHour && request.daysBack !== undefined)
    throw new InputInvalid(
      '--days-back is for a daily schedule; --every-hour exports the latest hour that is due',
    );
  const again = reprocess ? ', again if it has landed' : '';
  const what = everyHour ? 'the latest hour that is due' : nameDay(daysBack);
  const { spec, when } = everyHour ? hourly() : cron === undefined ? daily(at ?? DEFAULT_AT) : byCron(cron);
  const input: ExportIntervalInput = everyHour
    ? { period: 'hour', reprocess }
    : { period: 'day', daysBack, reprocess };
  return {
    id: request.id ?? nameSchedule(taskQueue, everyHour, reprocess),
    note: `Exports ${what}${again}, ${when}.`,
    input,
    spec,
  };
}

/** The plan as Temporal takes it. Runs may overlap and start late: a second run of the same hours finds them landed. */
export function scheduleOptions(
  { id, note, input, spec }: SchedulePlan,
  taskQueue: string,
): ScheduleOptions<ScheduleOptionsStartWorkflowAction<typeof exportInterval>> {
  return {
    scheduleId: id,
    spec,
    action: {
      type: 'startWorkflow',
      workflowType: 'exportInterval',
      workflowId: id,
      taskQueue,
      args: [input],
      memo: { startedBy: `schedule ${id}`, producer },
      staticSummary: `Amplitude export by schedule ${id}`,
      staticDetails: `${note} The nominal time determines the interval, so a backfill of the schedule exports the days of its time range.`,
    },
    policies: { overlap: 'ALLOW_ALL', catchupWindow: CATCHUP_WINDOW },
    state: { note },
    memo: { producer },
  };
}

function nameSchedule(taskQueue: string, everyHour: boolean, reprocess: boolean): string {
  if (everyHour) return `${taskQueue}-hourly${reprocess ? '-settling' : ''}`;
  return reprocess ? `${taskQueue}-settling` : dailySchedule(taskQueue);
}

function nameDay(daysBack: number): string {
  if (daysBack === 0) return 'the day itself';
  return daysBack === 1 ? 'the day before' : `the day ${daysBack} days before`;
}

type When = { readonly spec: ScheduleOptions['spec']; readonly when: string };

function daily(at: string): When {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(at) ?? [];
  if (hour === undefined || minute === undefined)
    throw new InputInvalid(`--at ${JSON.stringify(at)} is not a time of day; write it as 03:30 (UTC)`);
  const calendar = { hour: Number(hour), minute: Number(minute) };
  return { spec: { calendars: [calendar], timezone: 'UTC' }, when: `every day at ${at} UTC` };
}

function hourly(): When {
  const minute = HOURLY_MINUTE;
  return {
    spec: { calendars: [{ hour: '*', minute }], timezone: 'UTC' },
    when: `every hour at ${minute} past`,
  };
}

function byCron(cron: string): When {
  if (/TZ=/.test(cron))
    throw new InputInvalid(
      `--cron ${JSON.stringify(cron)} names a time zone; leave it out, the schedule runs in UTC`,
    );
  return { spec: { cronExpressions: [cron], timezone: 'UTC' }, when: `at "${cron}" UTC` };
}
