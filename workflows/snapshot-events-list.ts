import { proxyActivities } from '@temporalio/workflow';
import type { SharedActivities } from '../activities/index.ts';
import type { Snapshot } from '../activities/snapshot-events-list.ts';
import { snapshotOptions } from './activity-options.ts';
import { toRunFailure } from './failures.ts';
import { notifyOfFailure } from './notify.ts';

/**
 * Takes the snapshot of the events list of the present UTC day. Another one of the same day replaces it; those of other
 * days stay.
 * @throws ApplicationFailure with the type of core/error-types.ts that ended its retries
 */
export async function snapshotEventsList(): Promise<Snapshot> {
  const activities = proxyActivities<SharedActivities>({ ...snapshotOptions, summary: 'events list' });
  try {
    return await activities.snapshotEventsList();
  } catch (error) {
    await notifyOfFailure('events list', error);
    throw toRunFailure(error);
  }
}
