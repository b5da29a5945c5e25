import { DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { pMap } from '../core/p-map.ts';
import type { Send } from './abortable-requests.ts';
import { BucketDenied, BucketUnavailable } from './errors.ts';
import { plainName, storageFailure, typedStorageError } from './storage-errors.ts';
import type { StoreFeatures } from './store-features.ts';

/** The parts of a bucket that deleting needs. */
interface DeletingBucket {
  readonly name: string;
  readonly send: Send;
  readonly features: StoreFeatures;
}

const KEYS_PER_REQUEST = 1000;
const REQUESTS_AT_ONCE = 8;

/**
 * Deletes objects. A key that is already gone is not an error. If the store refuses the operation DeleteObjects
 * itself (it does not know it, or demands a Content-MD5), the objects are deleted one by one, now and from then on.
 * @throws BucketDenied, which names the permission, when deleting is not allowed; the typed errors of
 * storage-errors.ts
 */
export async function deleteObjects(bucket: DeletingBucket, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += KEYS_PER_REQUEST) {
    const some = keys.slice(start, start + KEYS_PER_REQUEST);
    if (bucket.features.deleteObjects && (await deleteTogether(bucket, some))) continue;
    await pMap(some, async (key) => deleteOne(bucket, key), { concurrency: REQUESTS_AT_ONCE });
    bucket.features.deleteObjects = false;
  }
}

/** False when the store refuses the operation itself. */
async function deleteTogether(bucket: DeletingBucket, keys: readonly string[]): Promise<boolean> {
  const Objects = keys.map((Key) => ({ Key }));
  try {
    const answer = await bucket.send(
      new DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects, Quiet: true } }),
    );
    const failed = answer.Errors?.find(({ Code }) => Code !== 'NoSuchKey');
    if (failed === undefined) return true;
    if (failed.Code === 'AccessDenied') throw notAllowed(failed.Key);
    throw new BucketUnavailable(`the storage could not delete ${failed.Key} (${plainName(failed.Code)})`);
  } catch (error) {
    const typed = typedStorageError(error, bucket.name, 'delete objects');
    if (typed instanceof BucketDenied && typed !== error) return false;
    throw typed;
  }
}

async function deleteOne(bucket: DeletingBucket, key: string): Promise<void> {
  try {
    await bucket.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key }));
  } catch (error) {
    const { name, status } = storageFailure(error);
    if (name === 'NoSuchKey' || name === 'NotFound') return;
    if (status === 403 && name === 'AccessDenied') throw notAllowed(key);
    throw typedStorageError(error, bucket.name, `delete ${key}`);
  }
}

function notAllowed(key: string | undefined): BucketDenied {
  return new BucketDenied(`the storage refused to delete ${key}; allow s3:DeleteObject`, {
    httpStatus: 403,
  });
}
