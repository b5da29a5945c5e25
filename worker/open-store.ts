import type { Bucket } from '../bronze/bucket.ts';
import { checkBucket, openBucket } from '../bronze/connect.ts';
import type { RequestObserver } from '../bronze/observe-requests.ts';
import { probeStore, refuseUnsuitable } from '../bronze/probe/probe-store.ts';
import type { WorkerSettings } from '../config/settings.ts';

/**
 * Opens the bucket and checks, before the first task, that the export can land there. While the storage does not
 * answer, the worker calls this again. `onRequest` gets every request to the storage.
 * @throws BucketMissing, BucketDenied, BucketUnavailable, StoreUnsuitable
 */
export async function openStore(settings: WorkerSettings, onRequest: RequestObserver): Promise<Bucket> {
  const bucket = await openBucket(settings.bucket, onRequest);
  try {
    await checkBucket(bucket);
    refuseUnsuitable(bucket, await probeStore(bucket, settings.bucket.prefix));
    return bucket;
  } catch (error) {
    bucket.client.destroy();
    throw error;
  }
}
