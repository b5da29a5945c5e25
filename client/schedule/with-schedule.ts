import { ScheduleNotFoundError, type ScheduleHandle } from '@temporalio/client';
import { clientSettings } from '../../config/settings.ts';
import { InputInvalid } from '../../core/interval.ts';
import { withClient } from '../runs/with-client.ts';
import { dailySchedule } from './schedule-plan.ts';

/**
 * Calls `act` with the schedule of the given id, or with the daily one.
 * @throws InputInvalid when no schedule has this id, TemporalUnreachable
 */
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
