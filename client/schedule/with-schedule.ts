import { ScheduleNotFoundError, type ScheduleHandle } from '@temporalio/client';
import { clientSettings } from '../../config/settings.ts';
import { InputInvalid } from '../../core/interval.ts';
import { withClient } from '../runs/with-client.ts';

/** Does something with a schedule. @throws InputInvalid when there is none of that id, TemporalUnreachable */
export async function withSchedule(
  id: string,
  act: (handle: ScheduleHandle) => Promise<void>,
): Promise<void> {
  const { temporal } = clientSettings(process.env);
  await withClient(temporal, async ({ schedule }) => {
    try {
      await act(schedule.getHandle(id));
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      throw new InputInvalid(`there is no schedule ${id}; make it with "amplitude-export schedule create"`);
    }
  });
}
