import type { Command } from 'commander';
import { clientSettings, type ClientSettings } from '../../config/settings.ts';
import { messageOf } from '../../core/errors.ts';
import { HOUR_MS, hourWindowAt } from '../../core/hour-window.ts';
import { InputInvalid, type Interval } from '../../core/interval.ts';
import { wholeNumber } from '../terminal/option-values.ts';
import { planSchedule, scheduleOptions, type SchedulePlan, type ScheduleRequest } from './schedule-plan.ts';
import { scheduleBackfillCommand } from './backfill-command.ts';
import { readRange } from '../terminal/time-range.ts';
import { print, printJson } from '../terminal/print.ts';

interface CreateOptions extends ScheduleRequest {
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** gRPC's code for a request that would be refused again. */
const INVALID_ARGUMENT = [3];

/** `amplitude-export schedule create`: makes a schedule, and tells how to have it land past days. */
export function addScheduleCreate(schedule: Command): void {
  schedule
    .command('create')
    .description('make a schedule: every day at 03:30 UTC for the day before, unless told otherwise')
    .option('--at <hh:mm>', 'time of day, UTC')
    .option('--cron <expression>', 'cron expression, UTC, instead of --at')
    .option('--every-hour', 'every hour, for the latest hour that is due, instead of every day')
    .option('--days-back <days>', 'export the day so many days before (default: 1)', wholeNumber(0, 3650))
    .option('--reprocess', 'export hours that have landed again; unchanged ones stay as they are')
    .option('--id <id>', 'id of the schedule (default: TASK_QUEUE-daily, -hourly or -settling)')
    .option('--from <day or hour>', 'where the backfill command that is printed begins (default: a week ago)')
    .option('--to <day or hour>', 'where it ends, included (default: yesterday)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Examples:
  amplitude-export schedule create --at 03:30
  amplitude-export schedule create --days-back 3 --reprocess`,
    )
    .action(create);
}

async function create(options: CreateOptions): Promise<void> {
  const range = readBackfillRange(options);
  const settings = clientSettings(process.env);
  const plan = planSchedule(options, settings.taskQueue);
  await makeSchedule(settings, plan);
  const backfill = scheduleBackfillCommand(plan, range, settings.hourDueAfterMs, settings.temporal);
  if (options.json) {
    printJson({ scheduleId: plan.id, note: plan.note, input: plan.input, backfill });
    return;
  }
  print(
    `schedule ${plan.id}: created. ${plan.note}`,
    `To have it land ${range.start} to ${range.end}, with the Temporal CLI (or "npm run temporal --" for "temporal"):`,
    `  ${backfill}`,
  );
}

async function makeSchedule({ temporal, taskQueue }: ClientSettings, plan: SchedulePlan): Promise<void> {
  const [{ isGrpcServiceError, ScheduleAlreadyRunning }, { withClient }] = await Promise.all([
    import('@temporalio/client'),
    import('../runs/with-client.ts'),
  ]);
  await withClient(temporal, async ({ schedule }) => {
    try {
      await schedule.create(scheduleOptions(plan, taskQueue));
    } catch (error) {
      if (error instanceof ScheduleAlreadyRunning)
        throw new InputInvalid(
          `there is a schedule ${plan.id} already; delete it first ("amplitude-export schedule delete ${plan.id}"), or give another --id`,
        );
      const cause: unknown = error instanceof Error ? error.cause : undefined;
      // The SDK makes a TypeError of a refused cron expression, and no other reason a known error.
      const refused =
        error instanceof TypeError || (isGrpcServiceError(cause) && INVALID_ARGUMENT.includes(cause.code));
      if (refused) throw new InputInvalid(`Temporal refuses the schedule: ${messageOf(cause ?? error)}`);
      throw error;
    }
  });
}

/** @throws InputInvalid when a daily schedule is to land a part of a day, which it cannot */
function readBackfillRange({ from, to, everyHour = false }: CreateOptions): Interval {
  const range = readRange(from ?? dateAgo(7), to ?? dateAgo(1));
  if (!everyHour && !(range.start.endsWith('T00') && range.end.endsWith('T23')))
    throw new InputInvalid(
      `a daily schedule lands whole days, not ${range.start} to ${range.end}; give --from and --to as days`,
    );
  return range;
}

function dateAgo(days: number): string {
  return hourWindowAt(Date.now() - days * 24 * HOUR_MS).slice(0, 10);
}
