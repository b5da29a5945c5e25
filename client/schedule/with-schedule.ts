import { ScheduleNotFoundError, type ScheduleHandle } from '@temporalio/client';
import { clientSettings } from '../../config/settings.ts';
import { InputInvalid } from '../../core/interval.ts';
import { withClient } from '../runs/with-client.ts';
import { dailySchedule } from './schedule-plan.ts';

/** Does something with a schedule, without an id the daily one. @throws InputInvalid when there is none of that id, TemporalUnreachable */
export async function withSchedule(
  given: string | undefined,
  act: (handle: ScheduleHandle) => Promise<void>,
): Promise<void> {
  const { temporal, taskQueue } = clientSettings(process.env);
  const id = given ?? dailySchedule(taskQueue);
  await withClient(temporal, async ({ schedule }) => {
    try {
      await act(schedule.getHandle(id));
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      throw new InputInvalid(`there is no schedule ${id}; make it with "amplitude-export schedule create"`);
    }
  });
}
