import { afterAll, beforeEach, expect, it } from 'vitest';
import { Bucket } from '../../bronze/bucket.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { planHour } from '../../local/sample-api/sample-day.ts';
import { specialHours } from '../../local/sample-api/special-hours.ts';
import { ActivityAttempt, openActivityWorker, prepareUpload } from '../support/activity-worker.ts';
import { openSharedActivityWorker } from '../support/shared-activity-worker.ts';
import { connectS3 } from '../support/s3.ts';

let runs = 0;
/** The requests that reached the storage, repeated ones too. */
let requests: string[] = [];

const client = connectS3();
client.middlewareStack.add(
  (next, { commandName = '' }) =>
    async (request) => {
      requests.push(commandName.replace(/Command$/, ''));
      return next(request);
    },
  // Inside the SDK's retries: every request passes here, not only every command.
  { step: 'deserialize' },
);
const { pipeline, worker } = await openSharedActivityWorker({ OUTPUTS: 'raw,events' }, client);
const withParquet = await openActivityWorker(
  { ...pipeline, bucket: new Bucket(client, pipeline.bucket.name) },
  { OUTPUTS: 'raw,events,parquet' },
);
afterAll(() => withParquet.close());

beforeEach(() => {
  requests = [];
});

function windowAt(hour: number): HourWindow {
  return parseHourWindow(`2026-04-11T${String(hour).padStart(2, '0')}`);
}

/** An hour of the sample day with three members, all lines of which are events. */
function hourOfThreeMembers(): HourWindow {
  for (let hour = 0; hour < 24; hour += 1) {
    const { members } = planHour(pipeline.sample, windowAt(hour));
    if (members.length === 3 && hour !== specialHours.badLines) return windowAt(hour);
  }
  throw new Error('no hour of the sample day has three members');
}

interface How {
  readonly rawFirst?: true;
  readonly force?: true;
}

/** Exports an hour in a run of its own, with one attempt for each activity. Returns its outcome. */
async function land(window: HourWindow, how: How = {}, by = worker): Promise<string> {
  const { force, ...from } = how;
  const hour = { window, round: 1, ...from };
  const hasData = planHour(pipeline.sample, window).members.length > 0;
  const task = hasData
    ? await prepareUpload(by, hour)
    : { ...hour, ...(await new ActivityAttempt().run(by.activities.extract, hour)) };
  runs += 1;
  const workflowExecution = { workflowId: 'test-workflow', runId: `run-${runs}` };
  const attempt = new ActivityAttempt({ workflowExecution });
  return (await attempt.run(by.activities.upload, { ...task, ...(force && { force }) })).outcome;
}

/**
 * How many requests there were of each kind: those of docs/decisions/0001-commit-protocol.md, and, when the source is asked, a
 * GET of 0010-rate-limits.md.
 */
function counted(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of requests) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const LISTING = { ListObjectsV2: 3, ListMultipartUploads: 1 };

it('an empty hour takes 9 requests, and 8 when it is exported again', async () => {
  const window = windowAt(specialHours.empty);
  expect(await land(window)).toBe('landed');
  expect(counted()).toEqual({ GetObject: 2, PutObject: 3, ...LISTING });
  expect(requests).toHaveLength(9);
  requests = [];
  expect(await land(window)).toBe('unchanged');
  expect(counted()).toEqual({ GetObject: 2, PutObject: 2, ...LISTING });
});

it('an hour of three members takes 14 requests, 9 when it is exported again, 15 when it has changed, 16 from its raw archive', async () => {
  const window = hourOfThreeMembers();
  expect(await land(window)).toBe('landed');
  expect(counted()).toEqual({ GetObject: 2, PutObject: 8, ...LISTING });
  expect(requests).toHaveLength(14);
  requests = [];
  expect(await land(window)).toBe('unchanged');
  expect(counted()).toEqual({ GetObject: 2, PutObject: 3, ...LISTING });
  requests = [];
  pipeline.api.setFaults([`${window}=changed`]);
  expect(await land(window)).toBe('landed');
  expect(counted()).toEqual({ GetObject: 2, PutObject: 8, ...LISTING, DeleteObjects: 1 });
  requests = [];
  expect(await land(window, { rawFirst: true, force: true })).toBe('landed');
  expect(counted()).toEqual({ GetObject: 3, PutObject: 8, ...LISTING, DeleteObjects: 1 });
});

it('Parquet takes one LIST and one PUT more, and a LIST as long as there are old Parquet files', async () => {
  const window = parseHourWindow(hourOfThreeMembers().replace('2026-04-11', '2026-04-12'));
  const lists = { ...LISTING, ListObjectsV2: 4 };
  await land(window);
  requests = [];
  // The hour lacks a wanted output: it lands again with the same lines.
  expect(await land(window, {}, withParquet)).toBe('landed');
  const { members } = planHour(pipeline.sample, window);
  const puts = 1 + members.length + 1 + 1 + 3;
  expect(counted()).toEqual({ GetObject: 2, PutObject: puts, ...lists, DeleteObjects: 1 });
  requests = [];
  expect(await land(window)).toBe('unchanged');
  // What the manifest lists for removal is deleted once more.
  expect(counted()).toEqual({ GetObject: 2, PutObject: 3, ...lists, DeleteObjects: 1 });
  requests = [];
  pipeline.api.setFaults([`${window}=changed`]);
  // The new manifest lists the Parquet files of the old one for removal.
  expect(await land(window)).toBe('landed');
  expect(counted()).toEqual({ GetObject: 2, PutObject: puts - 1, ...lists, DeleteObjects: 1 });
});
