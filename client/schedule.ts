import type { Command } from 'commander';
import { addScheduleCreate } from './schedule-create.ts';
import { DAILY_SCHEDULE } from './schedule-plan.ts';
import { describeSchedule } from './schedule-description.ts';
import { withSchedule } from './with-schedule.ts';

/** `amplitude-export schedule`: Temporal Schedules that export every day or every hour. */
export function addSchedule(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('export every day, or every hour, by a Temporal Schedule')
    .addHelpText('after', '\nExample:\n  amplitude-export schedule create --at 03:30');
  addScheduleCreate(schedule);
  const verbs = [
    { name: 'describe', does: 'say what it does, when it ran last and when it runs next' },
    { name: 'pause', does: 'let it start no runs until it is resumed' },
    { name: 'resume', does: 'let it start runs again' },
    { name: 'trigger', does: 'start a run now, for the present time' },
    { name: 'delete', does: 'remove it; runs under way go on' },
  ] as const;
  for (const { name, does } of verbs) {
    schedule
      .command(name)
      .description(does)
      .argument('[id]', 'id of the schedule', DAILY_SCHEDULE)
      .option('--json', 'print the result as JSON')
      .addHelpText('after', `\nExample:\n  amplitude-export schedule ${name} ${DAILY_SCHEDULE}`)
      .action(actions[name]);
  }
}

interface Options {
  readonly json?: boolean;
}

type Action = (id: string, options: Options) => Promise<void>;

const actions: Readonly<Record<'describe' | 'pause' | 'resume' | 'trigger' | 'delete', Action>> = {
  describe: (id, { json = false }) =>
    withSchedule(id, async (handle) => {
      const description = await handle.describe();
      console.log(json ? JSON.stringify(description.raw) : describeSchedule(description));
    }),
  pause: (id, options) =>
    withSchedule(id, async (handle) => {
      await handle.pause('Paused by amplitude-export schedule pause.');
      tell(id, 'paused', options);
    }),
  resume: (id, options) =>
    withSchedule(id, async (handle) => {
      await handle.unpause('Resumed by amplitude-export schedule resume.');
      tell(id, 'resumed', options);
    }),
  trigger: (id, options) =>
    withSchedule(id, async (handle) => {
      await handle.trigger('ALLOW_ALL');
      tell(id, 'triggered', options);
    }),
  delete: (id, options) =>
    withSchedule(id, async (handle) => {
      await handle.delete();
      tell(id, 'deleted', options);
    }),
};

function tell(id: string, state: string, { json = false }: Options): void {
  console.log(json ? JSON.stringify({ scheduleId: id, state }) : `schedule ${id}: ${state}`);
}
