import { describe, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { ActivityAttempt, prepareUpload } from '../support/activity-worker.ts';
import { openSharedActivityWorker } from '../support/shared-activity-worker.ts';
import { connectS3Through } from '../support/s3.ts';

/** The answer of the storage to every delete request. */
let refusal: { readonly name: string; readonly httpStatusCode: number } | undefined;

const client = connectS3Through(async ({ name }, send) => {
  if (refusal === undefined || !/^DeleteObjects?Command$/.test(name)) return send();
  const $metadata = { httpStatusCode: refusal.httpStatusCode };
  throw Object.assign(new Error('no'), { name: refusal.name, $metadata });
});
const { pipeline, worker } = await openSharedActivityWorker({ HOUR_RETRY_FOR: '1m' }, client);

/** An hour that has landed, and lands again with other lines; `objects` are those that it then supersedes. */
async function changedHour(time: string) {
  const hour = { window: parseHourWindow(time), round: 1 };
  refusal = undefined;
  const landed = await new ActivityAttempt().run(worker.activities.upload, await prepareUpload(worker, hour));
  pipeline.api.setFaults([`${time}=changed`]);
  return { task: await prepareUpload(worker, hour), objects: landed.objects };
}

async function revision(time: string): Promise<number | undefined> {
  const window = parseHourWindow(time);
  return (await new Ledger(pipeline.bucket, pipeline.prefix).read([window])).get(window)?.revision;
}

describe('an hour that lands where deleting', () => {
  it.each([
    { what: 'is not allowed', time: '2026-04-07T01', name: 'AccessDenied', httpStatusCode: 403 },
    { what: 'is not known', time: '2026-04-07T02', name: 'NotImplemented', httpStatusCode: 501 },
  ])('$what has landed, and reports what is left and why', async ({ time, name, httpStatusCode }) => {
    const { task, objects } = await changedHour(time);
    refusal = { name, httpStatusCode };
    const uploaded = await new ActivityAttempt().run(worker.activities.upload, task);
    expect(uploaded).toMatchObject({ outcome: 'landed', revision: 2, notRemoved: { objects } });
    expect(uploaded.notRemoved?.reason).toMatch(
      name === 'AccessDenied' ? /allow s3:DeleteObject/ : /NotImplemented/,
    );
    expect(await revision(time)).toBe(2);
  });

  it('fails for a while is retried, and has landed anyway when HOUR_RETRY_FOR is over', async () => {
    const time = '2026-04-07T05';
    const { task, objects } = await changedHour(time);
    refusal = { name: 'InternalError', httpStatusCode: 500 };
    const { upload } = worker.activities;
    await expect(new ActivityAttempt().run(upload, task)).rejects.toMatchObject({
      type: 'BucketUnavailable',
    });
    expect(await revision(time)).toBe(2);
    const heartbeatDetails = { step: 'delete', retryingSinceMs: Date.now() - 120_000 };
    const last = new ActivityAttempt({ attempt: 9, heartbeatDetails });
    const uploaded = await last.run(upload, task);
    expect(uploaded).toMatchObject({ outcome: 'landed', revision: 2, notRemoved: { objects } });
    refusal = undefined;
    await worker.workDir.hourFolders.release(String(task.folder));
  });
});

describe('another round of an hour', () => {
  const window = parseHourWindow('2026-04-07T06');
  const extract = (round: number) =>
    new ActivityAttempt().run(worker.activities.extract, { window, round, knowsLanded: true });

  it('finds it landed when the attempt that landed it was killed, also when the source has lost it since', async () => {
    const task = await prepareUpload(worker, { window, round: 1 });
    const uploaded = await new ActivityAttempt().run(worker.activities.upload, task);
    pipeline.api.setFaults([`${window}=404`]);
    expect(await extract(2)).toMatchObject({ folder: null, landed: { ...uploaded, outcome: 'landed' } });
  });

  it('never replaces it by an empty hour, even with a workflow of an older version', async () => {
    const { source } = await extract(2);
    const { upload } = worker.activities;
    const empty = { window, round: 2, folder: null };
    await expect(new ActivityAttempt().run(upload, { ...empty, source })).rejects.toMatchObject({
      type: 'HourVanished',
    });
    const answered = { ...source, httpStatus: 200 };
    await expect(new ActivityAttempt().run(upload, { ...empty, source: answered })).rejects.toMatchObject({
      type: 'WorkFilesLost',
    });
    expect(await revision(window)).toBe(1);
    const older = { window, round: 2 };
    expect(await new ActivityAttempt().run(worker.activities.extract, older)).not.toHaveProperty('landed');
  });

  it('requests it again when an object is gone since', async () => {
    const manifest = (await new Ledger(pipeline.bucket, pipeline.prefix).read([window])).get(window);
    await pipeline.bucket.delete([String(manifest?.outputs[0]?.key)]);
    expect(await extract(2)).toMatchObject({ folder: null, source: { httpStatus: 404 } });
    expect(await extract(2)).not.toHaveProperty('landed');
  });
});
