import { S3Client } from '@aws-sdk/client-s3';
import { makeAbortable } from '../../bronze/abortable-requests.ts';
import { Bucket } from '../../bronze/bucket.ts';
import { manifestFolder, windowOfManifest } from '../../bronze/keys.ts';
import { Ledger } from '../../bronze/ledger.ts';
import type { ExampleBucket } from './example.ts';

/** What all manifests of a bucket say together. */
export interface LedgerCounts {
  readonly hours: number;
  readonly events: number;
}

/** Counts what has landed in a bucket, without any example. Throws the typed errors of storage-errors.ts. */
export async function ledgerCounts(address: ExampleBucket): Promise<LedgerCounts> {
  const { endpoint, region, accessKeyId, secretAccessKey, prefix } = address;
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  makeAbortable(client);
  try {
    const bucket = new Bucket(client, address.bucket);
    const windows = (await bucket.list(manifestFolder(prefix)))
      .map(({ key }) => windowOfManifest(prefix, key))
      .filter((window) => window !== undefined);
    const manifests = [...(await new Ledger(bucket, prefix).read(windows)).values()];
    return { hours: manifests.length, events: manifests.reduce((sum, { events }) => sum + events, 0) };
  } finally {
    client.destroy();
  }
}
