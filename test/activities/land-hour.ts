import { openBucket } from '../../bronze/connect.ts';
import { workerSettings } from '../../config/settings.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { ActivityAttempt, openActivityWorker, prepareUpload } from '../support/activity-worker.ts';

// Lands the hour given as an argument, with the activities and the settings of a worker. Prints its number of events
// and the most memory that this process took, in MiB.
const hour = { window: parseHourWindow(process.argv[2] ?? ''), round: 1 };
const { env } = process;
const worker = await openActivityWorker({ env, bucket: await openBucket(workerSettings(env).bucket) });
try {
  const task = await prepareUpload(worker, hour);
  const { events } = await new ActivityAttempt().run(worker.activities.upload, task);
  console.log(JSON.stringify({ events, peak: process.resourceUsage().maxRSS / 1024 }));
} finally {
  await worker.close();
}
