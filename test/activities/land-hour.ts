import { openBucket } from '../../bronze/connect.ts';
import { workerSettings } from '../../config/settings.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { ActivityAttempt, openActivityWorker, prepareUpload } from '../support/activity-worker.ts';

// Lands the hour given as an argument, with the activities and the settings of a worker; with a second argument
// `again`, from its raw archive. Prints its number of events and the most memory that this process took, in MiB.
const [, , window = '', again] = process.argv;
const hour = { window: parseHourWindow(window), round: 1 };
const how = again === 'again' ? ({ rawFirst: true } as const) : {};
const { env } = process;
const worker = await openActivityWorker({ env, bucket: await openBucket(workerSettings(env).bucket) });
try {
  const task = await prepareUpload(worker, { ...hour, ...how });
  const force = task.fromBucket === true ? { force: true as const } : {};
  const { events } = await new ActivityAttempt().run(worker.activities.upload, { ...task, ...force });
  console.log(JSON.stringify({ events, peak: process.resourceUsage().maxRSS / 1024 }));
} finally {
  await worker.close();
}
