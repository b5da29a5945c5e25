import { afterAll, beforeEach, expect, it } from 'vitest';
import { inject } from 'vitest';
import { startCountingProxy } from '../../bench/support/counting-proxy.ts';
import { Bucket } from '../../bronze/bucket.ts';
import { storageLimits } from '../../bronze/limits.ts';
import { readLoggedRequests, type LoggedRequests } from '../../bronze/logged-requests.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { planHour } from '../../local/sample-api/sample-day.ts';
import { specialHours } from '../../local/sample-api/special-hours.ts';
import { ActivityAttempt, openActivityWorker, prepareUpload } from '../support/activity-worker.ts';
import { openPipeline } from '../support/pipeline.ts';
import { connectS3 } from '../support/s3.ts';

/** The smallest part that S3 takes. The archive of the busy hour is larger, the members are not. */
const limits = { ...storageLimits, multipartFromBytes: 1_000_000, partBytes: 5 * 1024 * 1024 };

const proxy = await startCountingProxy(inject('s3').endpoint);
const pipeline = await openPipeline({ busyEvents: 40_000 });
const client = connectS3({ endpoint: proxy.url });
const worker = await openActivityWorker({
  ...pipeline,
  bucket: new Bucket(client, pipeline.bucket.name, { limits }),
});
afterAll(async () => {
  await worker.close();
  client.destroy();
  await pipeline.close();
  await proxy.close();
});

/** What the proxy and the sample API saw up to the beginning of the test. */
let before: ReturnType<typeof seen>;
let runs = 0;

beforeEach(() => {
  runs = 0;
  before = seen();
});

/** The requests that arrived, in the classes that S3 bills, and the bytes of their bodies. */
function seen() {
  const counts = proxy.counts();
  const sum = (...kinds: string[]): number =>
    kinds.reduce((total, kind) => total + (counts.get(kind) ?? 0), 0);
  return {
    put: sum('PUT', 'POST', 'LIST', 'list uploads'),
    get: sum('GET', 'HEAD'),
    delete: sum('DELETE', 'delete objects'),
    parts: sum('POST'),
    bytes: proxy.bytes(),
    source: pipeline.api.requests.length,
  };
}

/** What arrived since the beginning of the test. */
function arrived() {
  const after = seen();
  return {
    requests: {
      put: after.put - before.put,
      get: after.get - before.get,
      delete: after.delete - before.delete,
    },
    bytesSent: after.bytes - before.bytes,
    sourceRequests: after.source - before.source,
  };
}

/** What the logs of an hour say. They are read past the proxy. */
async function logged(window: HourWindow): Promise<LoggedRequests> {
  return readLoggedRequests(
    pipeline.bucket,
    pipeline.prefix,
    { start: window, end: window },
    () => undefined,
  );
}

interface How {
  readonly rawFirst?: true;
  readonly force?: true;
  /** Which attempt of extract it is; by default the first. */
  readonly attempt?: number;
}

/** Exports an hour in a run of its own. Returns its outcome. */
async function land(window: HourWindow, { force, rawFirst, attempt = 1 }: How = {}): Promise<string> {
  runs += 1;
  const workflowExecution = { workflowId: 'test-workflow', runId: `run-${runs}` };
  const attemptAt = (activityType: string): ActivityAttempt =>
    new ActivityAttempt({
      activityType,
      workflowExecution,
      attempt: activityType === 'extract' ? attempt : 1,
    });
  const { extract, upload } = worker.activities;
  const hour = { window, round: 1, ...(rawFirst && { rawFirst }) };
  const hasData = planHour(pipeline.sample, window).members.length > 0;
  const task = hasData
    ? await prepareUpload(worker, hour, attemptAt)
    : { ...hour, ...(await attemptAt('extract').run(extract, hour)) };
  return (await attemptAt('upload').run(upload, { ...task, ...(force && { force }) })).outcome;
}

it('the logs of an hour count every request: landed, unchanged, changed, and again from its raw archive', async () => {
  const window = parseHourWindow('2026-05-01T05');
  expect(await land(window)).toBe('landed');
  expect(await logged(window)).toMatchObject({ ...arrived(), logs: 3, uncountedLogs: 0 });
  expect(await land(window)).toBe('unchanged');
  expect(await logged(window)).toMatchObject(arrived());
  pipeline.api.setFaults([`${window}=changed`]);
  expect(await land(window)).toBe('landed');
  expect(await logged(window)).toMatchObject(arrived());
  expect(await land(window, { rawFirst: true, force: true })).toBe('landed');
  expect(await logged(window)).toMatchObject({ ...arrived(), logs: 12, sourceRequests: 3 });
  expect(arrived().requests.delete).toBe(2);
});

it('the logs of an hour without data count every request', async () => {
  const window = parseHourWindow(`2026-05-02T0${specialHours.empty}`);
  expect(await land(window)).toBe('landed');
  expect(await land(window)).toBe('unchanged');
  expect(await logged(window)).toMatchObject({ ...arrived(), logs: 4, sourceRequests: 2 });
  expect(arrived().requests).toEqual({ put: 13, get: 4, delete: 0 });
});

it('the logs of an hour that is uploaded in parts count each part', async () => {
  const window = parseHourWindow(`2026-05-03T${specialHours.busy}`);
  expect(await land(window)).toBe('landed');
  // The beginning and the end of an upload in parts are a POST each.
  expect(seen().parts - before.parts).toBe(2);
  expect(arrived().bytesSent).toBeGreaterThan(2 * limits.partBytes);
  expect(await logged(window)).toMatchObject(arrived());
});

it('the logs count the requests of an attempt that failed, and the LIST of the one after it', async () => {
  const window = parseHourWindow('2026-05-04T06');
  pipeline.api.setFaults([`${window}=500*1`]);
  await expect(land(window)).rejects.toThrow('500');
  runs = 0;
  expect(await land(window, { attempt: 2 })).toBe('landed');
  expect(await logged(window)).toMatchObject({
    ...arrived(),
    logs: 4,
    unloggedAttempts: 0,
    sourceRequests: 2,
  });
});

it('an attempt that was killed is counted as one whose requests are not known', async () => {
  const window = parseHourWindow('2026-05-05T06');
  expect(await land(window, { attempt: 3 })).toBe('landed');
  expect(await logged(window)).toMatchObject({ ...arrived(), logs: 3, unloggedAttempts: 2 });
});
