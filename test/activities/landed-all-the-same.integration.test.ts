import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bucket } from '../../bronze/bucket.ts';
import { Ledger } from '../../bronze/ledger.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import {
  ActivityAttempt,
  openActivityHost,
  prepareUpload,
  type ActivityHost,
} from '../support/activity-host.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { connectS3Through } from '../support/s3.ts';

let pipeline: Pipeline;
let host: ActivityHost;
/** What the storage answers to whoever deletes. */
let refusal: { readonly name: string; readonly httpStatusCode: number } | undefined;

beforeAll(async () => {
  pipeline = await openPipeline();
  const client = connectS3Through(async ({ name }, send) => {
    if (refusal === undefined || !/^DeleteObjects?Command$/.test(name)) return send();
    const $metadata = { httpStatusCode: refusal.httpStatusCode };
    throw Object.assign(new Error('no'), { name: refusal.name, $metadata });
  });
  const bucket = new Bucket(client, pipeline.bucket.name);
  host = await openActivityHost({ ...pipeline, bucket }, { HOUR_RETRY_FOR: '1m' });
});

afterAll(async () => {
  await host.close();
  await pipeline.close();
});

/** An hour that has landed, and is to land again with other lines; `objects` are those that it then supersedes. */
async function changedHour(time: string) {
  const hour = { window: parseHourWindow(time), pass: 1 };
  refusal = undefined;
  const landed = await new ActivityAttempt().run(host.activities.upload, await prepareUpload(host, hour));
  pipeline.api.setFaults([`${time}=changed`]);
  return { task: await prepareUpload(host, hour), objects: landed.objects };
}

async function revision(time: string): Promise<number | undefined> {
  const window = parseHourWindow(time);
  return (await new Ledger(pipeline.bucket, pipeline.prefix).read([window])).get(window)?.revision;
}

describe('an hour that lands where deleting', () => {
  it.each([
    { what: 'is not allowed', time: '2026-04-07T01', name: 'AccessDenied', httpStatusCode: 403 },
    { what: 'is not known', time: '2026-04-07T02', name: 'NotImplemented', httpStatusCode: 501 },
  ])('$what has landed, and tells what is left and why', async ({ time, name, httpStatusCode }) => {
    const { task, objects } = await changedHour(time);
    refusal = { name, httpStatusCode };
    const uploaded = await new ActivityAttempt().run(host.activities.upload, task);
    expect(uploaded).toMatchObject({ outcome: 'landed', revision: 2, notRemoved: { objects } });
    expect(uploaded.notRemoved?.reason).toMatch(
      name === 'AccessDenied' ? /allow s3:DeleteObject/ : /NotImplemented/,
    );
    expect(await revision(time)).toBe(2);
  });

  it('fails for a while is tried again, and has landed all the same when HOUR_RETRY_FOR is over', async () => {
    const time = '2026-04-07T05';
    const { task, objects } = await changedHour(time);
    refusal = { name: 'InternalError', httpStatusCode: 500 };
    const { upload } = host.activities;
    await expect(new ActivityAttempt().run(upload, task)).rejects.toMatchObject({
      type: 'BucketUnavailable',
    });
    expect(await revision(time)).toBe(2);
    const heartbeatDetails = { step: 'delete', retryingSinceMs: Date.now() - 120_000 };
    const last = new ActivityAttempt({ attempt: 9, heartbeatDetails });
    const uploaded = await last.run(upload, task);
    expect(uploaded).toMatchObject({ outcome: 'landed', revision: 2, notRemoved: { objects } });
    refusal = undefined;
    await host.host.folders.discard(String(task.folder));
  });
});

describe('an hour that begins again from extract', () => {
  const window = parseHourWindow('2026-04-07T06');
  const extract = (pass: number) =>
    new ActivityAttempt().run(host.activities.extract, { window, pass, knowsLanded: true });

  it('has landed when an attempt of its run did not live to tell, though the source forgot it since', async () => {
    const task = await prepareUpload(host, { window, pass: 1 });
    const uploaded = await new ActivityAttempt().run(host.activities.upload, task);
    pipeline.api.setFaults([`${window}=404`]);
    expect(await extract(2)).toMatchObject({ folder: null, landed: { ...uploaded, outcome: 'landed' } });
  });

  it('is never replaced by an empty one, whatever an older workflow makes of the answer', async () => {
    const { source } = await extract(2);
    const { upload } = host.activities;
    const empty = { window, pass: 2, folder: null };
    await expect(new ActivityAttempt().run(upload, { ...empty, source })).rejects.toMatchObject({
      type: 'HourVanished',
    });
    const answered = { ...source, httpStatus: 200 };
    await expect(new ActivityAttempt().run(upload, { ...empty, source: answered })).rejects.toMatchObject({
      type: 'WorkFilesLost',
    });
    expect(await revision(window)).toBe(1);
    const older = { window, pass: 2 };
    expect(await new ActivityAttempt().run(host.activities.extract, older)).not.toHaveProperty('landed');
  });

  it('is asked for again when an object has gone since', async () => {
    const manifest = (await new Ledger(pipeline.bucket, pipeline.prefix).read([window])).get(window);
    await pipeline.bucket.delete([String(manifest?.outputs[0]?.key)]);
    expect(await extract(2)).toMatchObject({ folder: null, source: { httpStatus: 404 } });
    expect(await extract(2)).not.toHaveProperty('landed');
  });
});
