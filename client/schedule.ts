import type { ScheduleHandle } from '@temporalio/client';
import type { Command } from 'commander';
import { addScheduleCreate } from './schedule/create.ts';
import { describeSchedule, summarizeSchedule } from './schedule/description.ts';
import { print, printJson } from './terminal/print.ts';

/** `amplitude-export schedule`: Temporal Schedules that export every day or every hour. */
export function addSchedule(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('export every day, or every hour, with a Temporal Schedule')
    .addHelpText('after', '\nExample:\n  amplitude-export schedule create --at 03:30');
  addScheduleCreate(schedule);
  const verbs = [
    { name: 'describe', does: 'show what it does, its last runs and its next runs' },
    { name: 'pause', does: 'start no runs until it is resumed' },
    { name: 'resume', does: 'start runs again' },
    { name: 'trigger', does: 'start a run now, for the current time' },
    { name: 'delete', does: 'delete it; runs in progress go on to their end' },
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
        await withSchedule(id, (handle) => actions[name](handle, options));
      });
  }
}

interface Options {
  readonly json?: boolean;
}

type Action = (handle: ScheduleHandle, options: Options) => Promise<void>;

const actions: Readonly<Record<'describe' | 'pause' | 'resume' | 'trigger' | 'delete', Action>> = {
  describe: async (handle, { json = false }) => {
    const summary = summarizeSchedule(await handle.describe());
    if (json) printJson(summary);
    else print(...describeSchedule(summary));
  },
  pause: async (handle, options) => {
    await handle.pause(await noteOf(handle));
    printState(handle, 'paused', options);
  },
  resume: async (handle, options) => {
    await handle.unpause(await noteOf(handle));
    printState(handle, 'resumed', options);
  },
  trigger: async (handle, options) => {
    await handle.trigger('ALLOW_ALL');
    printState(handle, 'triggered', options);
  },
  delete: async (handle, options) => {
    await handle.delete();
    printState(handle, 'deleted', options);
  },
};

/** Pausing and resuming replace the note of a schedule. With its old note, it still says what it does. */
async function noteOf(handle: ScheduleHandle): Promise<string | undefined> {
  return (await handle.describe()).state.note;
}

function printState({ scheduleId }: ScheduleHandle, state: string, { json = false }: Options): void {
  if (json) printJson({ scheduleId, state });
  else print(`schedule ${scheduleId}: ${state}`);
}
