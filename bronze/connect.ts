import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Secret } from '../core/secret.ts';
import { Bucket } from './bucket.ts';
import { BucketDenied, BucketMissing } from './errors.ts';
import { storageLimits, type StorageLimits } from './limits.ts';
import { requestHandler, type StorageNetwork } from './request-handler.ts';
import { bucketMissing, storageFailure, typedStorageError } from './storage-errors.ts';

/** Which bucket, and how to get in. Without `credentials` the AWS default chain is asked. */
export interface BucketAddress extends StorageNetwork {
  readonly bucket: string;
  readonly credentials?: { readonly accessKey: string; readonly secretKey: Secret };
  readonly limits?: StorageLimits;
}

const ignore = (): void => undefined;

/** The SDK tells the console that it does not repeat a stream, which putObject does in its stead. */
const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The address of a storage other than AWS, as the SDK reads it from the environment. */
export function ownEndpoint(): string | undefined {
  return process.env['AWS_ENDPOINT_URL_S3'] || process.env['AWS_ENDPOINT_URL'] || undefined;
}

/** Opens a bucket; nothing is sent yet. The SDK reads AWS_REGION and AWS_ENDPOINT_URL_S3 by itself. */
export function openBucket(address: BucketAddress): Bucket {
  const { limits = storageLimits } = address;
  const client = new S3Client({
    // Servers other than AWS do not resolve a bucket's name as a host's.
    forcePathStyle: ownEndpoint() !== undefined,
    ...(address.credentials !== undefined && {
      credentials: {
        accessKeyId: address.credentials.accessKey,
        secretAccessKey: address.credentials.secretKey.reveal(),
      },
    }),
    logger: quiet,
    requestHandler: requestHandler(address, limits),
  });
  return new Bucket(client, address.bucket, { limits });
}

/** Makes sure that the bucket is there and lets us in. @throws BucketMissing, BucketDenied, BucketUnavailable */
export async function checkBucket(bucket: Bucket): Promise<void> {
  try {
    await bucket.client.send(new HeadBucketCommand({ Bucket: bucket.name }), bucket.options);
  } catch (error) {
    const { status } = storageFailure(error);
    if (status === 404) throw bucketMissing(bucket.name);
    // The answer to HEAD has no body that says more. AWS gives 400 to a signature for another region.
    if (status === 400)
      throw new BucketDenied(
        `the storage refused the request for the bucket ${bucket.name} (400); check AWS_REGION and the keys`,
      );
    throw typedStorageError(error, bucket.name, 'open the bucket');
  }
}

/** Makes the bucket unless it is there. Says whether it made it. @throws as `checkBucket` */
export async function ensureBucket(bucket: Bucket): Promise<'made' | 'present'> {
  try {
    await checkBucket(bucket);
    return 'present';
  } catch (error) {
    if (!(error instanceof BucketMissing)) throw error;
  }
  try {
    await bucket.client.send(new CreateBucketCommand({ Bucket: bucket.name }), bucket.options);
    return 'made';
  } catch (error) {
    throw typedStorageError(error, bucket.name, 'make the bucket');
  }
}
