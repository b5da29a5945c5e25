import { S3Client } from '@aws-sdk/client-s3';

import { makeAbortable } from '../../bronze/abortable-requests.ts';
import { Bucket } from '../../bronze/bucket.ts';
import { manifestFolder, windowOfManifest } from '../../bronze/keys.ts';
import { Ledger } from '../../bronze/ledger.ts';
import type { ExampleBucket } from './example.ts';

/** How many events all landed hours have, by their manifests. */
export async function ledgerEvents(access: ExampleBucket): Promise<number> {
  const { endpoint, region, bucket: name, prefix, accessKeyId, secretAccessKey } = access;
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  makeAbortable(client);
  try {
    const bucket = new Bucket(client, name);
    const listed = await bucket.list(manifestFolder(prefix));
    const windows = listed.flatMap(({ key }) => windowOfManifest(prefix, key) ?? []);
    const manifests = await new Ledger(bucket, prefix).read(windows);
    return [...manifests.values()].reduce((sum, { events }) => sum + events, 0);
  } finally {
    client.destroy();
  }
}
