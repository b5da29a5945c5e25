import { CreateBucketCommand, HeadBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { makeAbortable } from './abortable-requests.ts';
import { arnRegion, ownEndpoint, type BucketAddress, type KeyPair } from './bucket-address.ts';
import { Bucket } from './bucket.ts';
import { renewCredentials } from './credentials.ts';
import { encryptObjects } from './encryption.ts';
import { BucketDenied, BucketMissing } from './errors.ts';
import { leaveOutRefusedChecksums } from './leave-out-checksums.ts';
import { storageLimits } from './limits.ts';
import { requestHandler } from './request-handler.ts';
import { observeRequests, type RequestObserver } from './observe-requests.ts';
import { bucketMissing, storageFailure, typedStorageError } from './storage-errors.ts';
import { StoreFeatures } from './store-features.ts';

const ignore = (): void => undefined;

/** The SDK warns on the console that it does not resend streams. putObject resends them. */
const silentLogger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * Opens a bucket. Sends no request yet. The SDK itself reads AWS_REGION and AWS_ENDPOINT_URL_S3. `onRequest` gets every
 * request that is sent later.
 * @throws BucketDenied for an endpoint of the AWS config file that is not an address
 */
export async function openBucket(address: BucketAddress, onRequest?: RequestObserver): Promise<Bucket> {
  const { bucket, credentials, encryption, limits = storageLimits } = address;
  const region = arnRegion(bucket);
  const client = new S3Client({
    ...(region !== undefined && { region }),
    // The chain reads the shared files each time it is asked, since they may have been renewed.
    credentials:
      credentials === undefined
        ? defaultProvider({ ignoreCache: true, logger: silentLogger })
        : sdkCredentials(credentials),
    logger: silentLogger,
    requestHandler: requestHandler(address, limits),
    // All middleware is added below, before the first request.
    cacheMiddleware: true,
  });
  // An access point has its own host.
  client.config.forcePathStyle =
    address.pathStyle ?? (region === undefined && (await ownEndpoint(client)) !== undefined);
  if (encryption !== undefined) encryptObjects(client, encryption);
  if (credentials === undefined) renewCredentials(client);
  const features = new StoreFeatures();
  leaveOutRefusedChecksums(client, features);
  if (onRequest !== undefined) observeRequests(client, onRequest);
  makeAbortable(client);
  return new Bucket(client, bucket, { limits, features });
}

function sdkCredentials({ accessKey, secretKey, sessionToken }: KeyPair) {
  return {
    accessKeyId: accessKey,
    secretAccessKey: secretKey.reveal(),
    ...(sessionToken !== undefined && { sessionToken: sessionToken.reveal() }),
  };
}

/** Makes sure that the bucket exists and that we may use it. @throws BucketMissing, BucketDenied, BucketUnavailable */
export async function checkBucket(bucket: Bucket): Promise<void> {
  try {
    await bucket.send(new HeadBucketCommand({ Bucket: bucket.name }));
  } catch (error) {
    const { status } = storageFailure(error);
    if (status === 404) throw bucketMissing(bucket.name);
    if (status === 301 || status === 400 || status === 401 || status === 403)
      return askWhyRefused(bucket, status);
    throw typedStorageError(error, bucket.name, 'open the bucket');
  }
}

/** The answer to HEAD has no body with the reason, so a LIST is sent: both need the same right, s3:ListBucket. */
async function askWhyRefused(bucket: Bucket, status: number): Promise<void> {
  try {
    await bucket.send(new ListObjectsV2Command({ Bucket: bucket.name, MaxKeys: 1 }));
  } catch (error) {
    // AWS answers 400 if the request was signed for another region.
    if (status === 400 && /^unknown$/i.test(storageFailure(error).name))
      throw new BucketDenied(
        `the storage refused the request for the bucket ${bucket.name} (400); the usual cause is a wrong AWS_REGION`,
      );
    throw typedStorageError(error, bucket.name, 'open the bucket');
  }
}

/** Makes the bucket if it does not exist. An access point is never made. @throws as `checkBucket` */
export async function ensureBucket(bucket: Bucket): Promise<'made' | 'present'> {
  try {
    await checkBucket(bucket);
    return 'present';
  } catch (error) {
    if (!(error instanceof BucketMissing) || arnRegion(bucket.name) !== undefined) throw error;
  }
  try {
    await bucket.send(new CreateBucketCommand({ Bucket: bucket.name }));
    return 'made';
  } catch (error) {
    throw typedStorageError(error, bucket.name, 'make the bucket');
  }
}
