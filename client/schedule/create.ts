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

/** gRPC's INVALID_ARGUMENT: the server would refuse the same request again. */
const INVALID_ARGUMENT = [3];

/** `amplitude-export schedule create`: makes a schedule, and prints the command that exports past days with it. */
export function addScheduleCreate(schedule: Command): void {
  schedule
    .command('create')
    .description('make a schedule (default: every day at 03:30 UTC, for the day before)')
    .option('--at <hh:mm>', 'time of day, UTC')
    .option('--cron <expression>', 'cron expression, UTC, instead of --at')
    .option('--every-hour', 'every hour, for the latest hour that is due, instead of every day')
    .option(
      '--days-back <days>',
      'export the day this many days before the run (default: 1)',
      wholeNumber(0, 3650),
    )
    .option('--reprocess', 'also export hours that have landed; unchanged hours stay as they are')
    .option('--id <id>', 'id of the schedule (default: TASK_QUEUE-daily, -hourly or -settling)')
    .option('--from <day or hour>', 'start of the printed backfill command (default: 7 days ago)')
    .option('--to <day or hour>', 'end of the printed backfill command, included (default: yesterday)')
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
    `To export ${range.start} to ${range.end} with this schedule, use the Temporal CLI (or "npm run temporal --" in place of "temporal"):`,
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
          `the schedule ${plan.id} already exists; delete it first ("amplitude-export schedule delete ${plan.id}"), or give another --id`,
        );
      const cause: unknown = error instanceof Error ? error.cause : undefined;
      // The SDK throws a TypeError for a refused cron expression. For other reasons it has no error class.
      const refused =
        error instanceof TypeError || (isGrpcServiceError(cause) && INVALID_ARGUMENT.includes(cause.code));
      if (refused) throw new InputInvalid(`Temporal refuses the schedule: ${messageOf(cause ?? error)}`);
      throw error;
    }
  });
}

/** @throws InputInvalid when the range of a daily schedule is not whole days */
function readBackfillRange({ from, to, everyHour = false }: CreateOptions): Interval {
  const range = readRange(from ?? dateAgo(7), to ?? dateAgo(1));
  if (!everyHour && !(range.start.endsWith('T00') && range.end.endsWith('T23')))
    throw new InputInvalid(
      `a daily schedule exports whole days, not ${range.start} to ${range.end}; give --from and --to as days`,
    );
  return range;
}

function dateAgo(days: number): string {
  return hourWindowAt(Date.now() - days * 24 * HOUR_MS).slice(0, 10);
}
