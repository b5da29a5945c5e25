import { once } from 'node:events';
import { CancelledFailure } from '@temporalio/activity';
import { expect, it } from 'vitest';
import { formats, hourFolder } from '../../bronze/keys.ts';
import { Ledger } from '../../bronze/ledger.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import type { HourInput } from '../../activities/hour-input.ts';
import { ActivityAttempt, prepareUpload } from '../support/activity-worker.ts';
import { openSharedActivityWorker } from '../support/shared-activity-worker.ts';
import { connectS3Through } from '../support/s3.ts';

/** Called before an object of this key is sent. */
let beforePut: (key: string) => Promise<void> = () => Promise.resolve();
/** Called when the storage has stored it. */
let onStored: (key: string) => void = () => undefined;

const client = connectS3Through(async ({ name, key }, send) => {
  const isPut = name === 'PutObjectCommand';
  if (isPut) await beforePut(key);
  const answer = await send();
  if (isPut) onStored(key);
  return answer;
});
const { pipeline, worker } = await openSharedActivityWorker({}, client);

/**
 * Cancels an upload of the hour once an object whose key contains this text is stored; with `only`, no other object is
 * stored.
 */
async function giveUp(hour: HourInput, part: string, only: boolean): Promise<void> {
  const task = await prepareUpload(worker, hour);
  const attempt = new ActivityAttempt();
  const givenUp = new AbortController();
  beforePut = async (key) => {
    if (only && !key.includes(part) && !givenUp.signal.aborted) await once(givenUp.signal, 'abort');
  };
  onStored = (key) => {
    if (!key.includes(part)) return;
    attempt.cancel();
    givenUp.abort();
  };
  await expect(attempt.run(worker.activities.upload, task)).rejects.toBeInstanceOf(CancelledFailure);
  onStored = () => undefined;
  beforePut = () => Promise.resolve();
  await worker.workDir.hourFolders.release(String(task.folder));
}

/** The hour's manifest, and the keys of all its objects. */
async function landedIn({ window }: HourInput) {
  const { bucket, prefix } = pipeline;
  const manifest = (await new Ledger(bucket, prefix).read([window])).get(window);
  const keys = await Promise.all(formats.map((format) => bucket.list(hourFolder(prefix, format, window))));
  return { manifest, keys: keys.flat().map(({ key }) => key) };
}

it.each(['/raw/', '/events/'])('an upload that is cancelled with %s stored removes it', async (part) => {
  const hour = { window: parseHourWindow(part === '/raw/' ? '2026-04-06T01' : '2026-04-06T02'), round: 1 };
  await giveUp(hour, part, true);
  expect(await landedIn(hour)).toEqual({ manifest: undefined, keys: [] });

  await new ActivityAttempt().run(worker.activities.upload, await prepareUpload(worker, hour));
  pipeline.api.setFaults([`${hour.window}=changed`]);
  const landed = await landedIn(hour);
  await giveUp(hour, part, true);
  expect(await landedIn(hour)).toEqual(landed);
});

it('an upload that is cancelled with its manifest stored removes what it superseded', async () => {
  const hour = { window: parseHourWindow('2026-04-06T05'), round: 1 };
  await new ActivityAttempt().run(worker.activities.upload, await prepareUpload(worker, hour));
  pipeline.api.setFaults([`${hour.window}=changed`]);
  await giveUp(hour, '/manifests/', false);
  const { manifest, keys } = await landedIn(hour);
  expect(manifest).toMatchObject({ revision: 2 });
  expect(keys.toSorted()).toEqual(manifest?.outputs.map(({ key }) => key).toSorted());
});
