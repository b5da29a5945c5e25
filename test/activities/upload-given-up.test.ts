import { CancelledFailure } from '@temporalio/activity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { Bucket } from '../../bronze/bucket.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { ActivityAttempt, openActivityHost, type ActivityHost } from '../support/activity-host.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { connectS3 } from '../support/s3.ts';

const hour = { window: parseHourWindow('2026-04-06T01'), pass: 1 };

let pipeline: Pipeline;
let host: ActivityHost;
/** Called when the storage has taken an object. */
let onStored: () => void = () => undefined;

beforeAll(async () => {
  pipeline = await openPipeline();
  const client = connectS3();
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (request) => {
        const answer = await next(request);
        if (commandName === 'PutObjectCommand') onStored();
        return answer;
      },
    { step: 'initialize' },
  );
  host = await openActivityHost({ ...pipeline, bucket: new Bucket(client, pipeline.bucket.name) });
});

afterAll(async () => {
  await host.close();
  await pipeline.close();
});

/** Extracts and parses the hour; gives what upload is to be told. */
async function prepare() {
  const { folder, source } = await new ActivityAttempt().run(host.activities.extract, hour);
  const task = { ...hour, folder: String(folder), sha256: String(source.sha256) };
  await new ActivityAttempt().run(host.activities.parse, task);
  return { ...hour, folder, source };
}

it('an upload that is given up after it has stored objects of a landed hour takes them away', async () => {
  await new ActivityAttempt().run(host.activities.upload, await prepare());
  pipeline.api.setFaults([`${hour.window}=changed`]);
  const changed = await prepare();

  const attempt = new ActivityAttempt();
  onStored = () => attempt.cancel();
  await expect(attempt.run(host.activities.upload, changed)).rejects.toBeInstanceOf(CancelledFailure);

  const { bucket, prefix } = pipeline;
  const manifest = (await new Ledger(bucket, prefix).read([hour.window])).get(hour.window);
  expect(manifest).toMatchObject({ revision: 1, fence: 1 });
  const stored = (await bucket.list(`${prefix}/`)).map(({ key }) => key);
  const objects = stored.filter((key) => !/\/(logs|manifests)\//.test(key));
  expect(objects.toSorted()).toEqual(manifest?.outputs.map(({ key }) => key).toSorted());
});
