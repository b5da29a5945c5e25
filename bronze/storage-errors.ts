import { ExportError, messageOf } from '../core/errors.ts';
import { isFileSystemError, openFilesError } from '../core/file-errors.ts';
import { ProxyUnavailable } from '../core/proxy-errors.ts';
import { trustAdvice } from '../core/trust.ts';
import { BucketDenied, BucketMissing, BucketUnavailable, ChecksumMismatch } from './errors.ts';

/** What of an AWS SDK error is safe and useful to tell. */
interface StorageFailure {
  readonly name: string;
  readonly status: number | undefined;
}

/** The name and HTTP status of an error that the AWS SDK raised. */
export function storageFailure(error: unknown): StorageFailure {
  const name = plainName(error instanceof Error ? error.name : 'unknown');
  const metadata: unknown = error instanceof Error && '$metadata' in error ? error.$metadata : undefined;
  const status: unknown =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return { name, status: typeof status === 'number' ? status : undefined };
}

/** The storage's own word for what is wrong, which messages repeat: a word, and nothing else that it may have sent. */
export function plainName(name: unknown): string {
  return typeof name === 'string' && /^[A-Za-z][A-Za-z\d.]{0,63}$/.test(name) ? name : 'unknown';
}

const CHECKSUM_NAMES = new Set([
  'BadDigest',
  'InvalidDigest',
  'XAmzContentChecksumMismatch',
  'XAmzContentSHA256Mismatch',
]);

/** Refusals that do not come with 401 or 403, and that the same request would meet again. */
const FINAL_NAMES = new Set([
  'ExpiredToken',
  'InvalidToken',
  'InvalidArgument',
  'InvalidRequest',
  'InvalidBucketName',
  'MethodNotAllowed',
  'NotImplemented',
]);

/** Refusals of a request because of its time. */
const CLOCK_NAMES = new Set(['RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture']);

/**
 * Gives an AWS SDK error its place among ours. `what` says what was being done, in words. Errors of ours, of the
 * file system, and an abort's reason come back as they are.
 */
export function typedStorageError(error: unknown, bucket: string, what: string): unknown {
  const exhausted = openFilesError(error);
  if (exhausted !== undefined) return exhausted;
  if (error instanceof ExportError || isFileSystemError(error) || isAbort(error)) return error;
  const { name, status } = storageFailure(error);
  const options = status === undefined ? {} : { httpStatus: status };
  if (name === 'NoSuchBucket') {
    return bucketMissing(bucket);
  }
  if (/^Region is missing|^Region not accepted/.test(messageOf(error)))
    return new BucketDenied('no valid AWS region is known; set AWS_REGION');
  if (name === 'CredentialsProviderError') {
    return new BucketDenied(
      'no S3 credentials were found; set S3_USER_ACCESS_KEY and S3_USER_SECRET_KEY, or give the AWS default chain something to find',
    );
  }
  // versitygw has a 404 of its own for an access key that it does not know.
  if (name === 'PermanentRedirect' || name === 'AuthorizationHeaderMalformed' || status === 301) {
    return new BucketDenied(`the bucket ${bucket} is in another region (${name}); check AWS_REGION`, options);
  }
  if (FINAL_NAMES.has(name)) {
    return new BucketDenied(
      `the storage refused to ${what} (bucket ${bucket}, ${name}); it would do so again`,
      options,
    );
  }
  // The SDK sets its time by the storage's and tries again; this is what is left when that does not help.
  if (CLOCK_NAMES.has(name)) {
    return new BucketUnavailable(
      `the storage refused to ${what} (bucket ${bucket}, ${name}): its clock and that of this machine differ; set this machine's`,
      options,
    );
  }
  if (status === 401 || status === 403 || name === 'XAdminUserNotFound') {
    return new BucketDenied(
      `the storage refused to ${what} (bucket ${bucket}, ${name}); check S3_USER_ACCESS_KEY, S3_USER_SECRET_KEY, AWS_REGION and the bucket's policy`,
      options,
    );
  }
  if (CHECKSUM_NAMES.has(name)) {
    return new ChecksumMismatch(
      `the storage received other bytes than were sent (${name}): ${what}`,
      options,
    );
  }
  // What the SDK finds when it compares an object with the checksum that came with it.
  if (messageOf(error).startsWith('Checksum mismatch')) {
    return new ChecksumMismatch(
      `what arrived does not match the checksum that the storage keeps: ${what}`,
      options,
    );
  }
  if (status !== undefined)
    return new BucketUnavailable(
      `the storage could not ${what} (bucket ${bucket}, ${name}, ${status})`,
      options,
    );
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const check = trustAdvice(code, 'AWS_CA_BUNDLE') ?? 'check AWS_ENDPOINT_URL_S3 and the network';
  return new BucketUnavailable(
    `the storage gave no answer when it was to ${what} (bucket ${bucket}, ${name}${code && ` ${code}`}); if it never does, ${check}`,
  );
}

/** True for trouble that passes, of the storage or of a proxy on the way: nobody knows what became of the request. */
export function isPassing(error: unknown): error is BucketUnavailable | ProxyUnavailable {
  return error instanceof BucketUnavailable || error instanceof ProxyUnavailable;
}

/** The error for a bucket that is not there. */
export function bucketMissing(bucket: string): BucketMissing {
  return new BucketMissing(
    `the bucket ${bucket} does not exist; check AWS_BUCKET_NAME, or create it with "amplitude-export setup"`,
    { httpStatus: 404 },
  );
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
