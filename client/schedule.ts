import type { ScheduleHandle } from '@temporalio/client';
import type { Command } from 'commander';
import { addScheduleCreate } from './schedule/create.ts';
import { describeSchedule, summarizeSchedule } from './schedule/description.ts';
import { print, printJson } from './terminal/print.ts';

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
    { name: 'delete', does: 'remove it; runs in progress go on' },
  ] as const;
  for (const { name, does } of verbs) {
    schedule
      .command(name)
      .description(does)
      .argument('[id]', 'id of the schedule (default: the daily one)')
      .option('--json', 'print the result as JSON')
      .addHelpText('after', `\nExample:\n  amplitude-export schedule ${name} amplitude-export-daily`)
      .action(async (id: string | undefined, options: Options) => {
        const { withSchedule } = await import('./schedule/with-schedule.ts');
        await withSchedule(id, (handle) => acts[name](handle, options));
      });
  }
}

interface Options {
  readonly json?: boolean;
}

type Act = (handle: ScheduleHandle, options: Options) => Promise<void>;

const acts: Readonly<Record<'describe' | 'pause' | 'resume' | 'trigger' | 'delete', Act>> = {
  describe: async (handle, { json = false }) => {
    const summary = summarizeSchedule(await handle.describe());
    if (json) printJson(summary);
    else print(...describeSchedule(summary));
  },
  pause: async (handle, options) => {
    await handle.pause(await noteOf(handle));
    tell(handle, 'paused', options);
  },
  resume: async (handle, options) => {
    await handle.unpause(await noteOf(handle));
    tell(handle, 'resumed', options);
  },
  trigger: async (handle, options) => {
    await handle.trigger('ALLOW_ALL');
    tell(handle, 'triggered', options);
  },
  delete: async (handle, options) => {
    await handle.delete();
    tell(handle, 'deleted', options);
  },
};

/** Pausing and resuming write a note, which would take the place of the one that says what the schedule does. */
async function noteOf(handle: ScheduleHandle): Promise<string | undefined> {
  return (await handle.describe()).state.note;
}

function tell({ scheduleId }: ScheduleHandle, state: string, { json = false }: Options): void {
  if (json) printJson({ scheduleId, state });
  else print(`schedule ${scheduleId}: ${state}`);
}
