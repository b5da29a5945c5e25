import { CreateBucketCommand, HeadBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { arnRegion, ownEndpoint, type BucketAddress, type KeyPair } from './bucket-address.ts';
import { Bucket } from './bucket.ts';
import { renewCredentials } from './credentials.ts';
import { encryptObjects } from './encryption.ts';
import { BucketDenied, BucketMissing } from './errors.ts';
import { leaveOutRefusedChecksums } from './leave-out-checksums.ts';
import { storageLimits } from './limits.ts';
import { requestHandler } from './request-handler.ts';
import { bucketMissing, storageFailure, typedStorageError } from './storage-errors.ts';
import { StoreFeatures } from './store-features.ts';

const ignore = (): void => undefined;

/** The SDK tells the console that it does not repeat a stream, which putObject does in its stead. */
const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * Opens a bucket; nothing is sent yet. The SDK reads AWS_REGION and AWS_ENDPOINT_URL_S3 by itself.
 * @throws BucketDenied for an endpoint of the AWS config file that is no address
 */
export async function openBucket(address: BucketAddress): Promise<Bucket> {
  const { bucket, credentials, encryption, limits = storageLimits } = address;
  const region = arnRegion(bucket);
  const client = new S3Client({
    ...(region !== undefined && { region }),
    // The shared files are read again each time that the chain is asked: they may have been renewed.
    credentials:
      credentials === undefined ? defaultProvider({ ignoreCache: true, logger: quiet }) : given(credentials),
    logger: quiet,
    requestHandler: requestHandler(address, limits),
  });
  // An access point has a host of its own.
  client.config.forcePathStyle =
    address.pathStyle ?? (region === undefined && (await ownEndpoint(client)) !== undefined);
  if (encryption !== undefined) encryptObjects(client, encryption);
  if (credentials === undefined) renewCredentials(client);
  const features = new StoreFeatures();
  leaveOutRefusedChecksums(client, features);
  return new Bucket(client, bucket, { limits, features });
}

function given({ accessKey, secretKey, sessionToken }: KeyPair) {
  return {
    accessKeyId: accessKey,
    secretAccessKey: secretKey.reveal(),
    ...(sessionToken !== undefined && { sessionToken: sessionToken.reveal() }),
  };
}

/** Makes sure that the bucket is there and lets us in. @throws BucketMissing, BucketDenied, BucketUnavailable */
export async function checkBucket(bucket: Bucket): Promise<void> {
  try {
    await bucket.client.send(new HeadBucketCommand({ Bucket: bucket.name }), bucket.options);
  } catch (error) {
    const { status } = storageFailure(error);
    if (status === 404) throw bucketMissing(bucket.name);
    if (status === 301 || status === 400 || status === 401 || status === 403)
      return askWhyRefused(bucket, status);
    throw typedStorageError(error, bucket.name, 'open the bucket');
  }
}

/** The answer to HEAD has no body that says more. The right to list is the one that HEAD needs. */
async function askWhyRefused(bucket: Bucket, status: number): Promise<void> {
  try {
    await bucket.client.send(new ListObjectsV2Command({ Bucket: bucket.name, MaxKeys: 1 }), bucket.options);
  } catch (error) {
    // AWS gives 400 to a signature for another region.
    if (status === 400 && /^unknown$/i.test(storageFailure(error).name))
      throw new BucketDenied(
        `the storage refused the request for the bucket ${bucket.name} (400), most often for another AWS_REGION than its own`,
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
    if (!(error instanceof BucketMissing) || arnRegion(bucket.name) !== undefined) throw error;
  }
  try {
    await bucket.client.send(new CreateBucketCommand({ Bucket: bucket.name }), bucket.options);
    return 'made';
  } catch (error) {
    throw typedStorageError(error, bucket.name, 'make the bucket');
  }
}
