import { S3Client } from '@aws-sdk/client-s3';
import { makeAbortable } from '../../bronze/abortable-requests.ts';
import { Bucket } from '../../bronze/bucket.ts';
import { parseEventsListManifest } from '../../bronze/events-list/manifest.ts';
import { manifestFolder, windowOfManifest } from '../../bronze/keys.ts';
import { Ledger } from '../../bronze/ledger.ts';
import type { ExampleBucket } from './example.ts';

/** What all manifests of a bucket say together. */
export interface LedgerCounts {
  readonly hours: number;
  readonly events: number;
  /** Of the newest snapshot of the events list; 0 without any. */
  readonly eventTypes: number;
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
    const keys = (await bucket.list(manifestFolder(prefix))).map(({ key }) => key);
    const windows = keys.map((key) => windowOfManifest(prefix, key)).filter((window) => window !== undefined);
    const manifests = [...(await new Ledger(bucket, prefix).read(windows)).values()];
    const newest = keys.filter((key) => key.startsWith(`${manifestFolder(prefix)}events_list/`)).at(-1);
    return {
      hours: manifests.length,
      events: manifests.reduce((sum, { events }) => sum + events, 0),
      eventTypes: newest === undefined ? 0 : await eventTypesIn(bucket, newest),
    };
  } finally {
    client.destroy();
  }
}

async function eventTypesIn(bucket: Bucket, manifestKey: string): Promise<number> {
  const stored = await bucket.getText(manifestKey);
  return stored === undefined ? 0 : parseEventsListManifest(stored.text, manifestKey).events;
}
