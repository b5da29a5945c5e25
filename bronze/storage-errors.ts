import { ExportError, messageOf } from '../core/errors.ts';
import { isFileSystemError, openFilesError } from '../core/file-errors.ts';
import { quote } from '../core/quote.ts';
import { ProxyUnavailable } from '../core/proxy-errors.ts';
import { trustAdvice } from '../core/trust.ts';
import { arnRegion } from './bucket-address.ts';
import { credentialsMissing, refusalAdvice } from './credential-errors.ts';
import { BucketDenied, BucketMissing, BucketUnavailable, ChecksumMismatch } from './errors.ts';
import { neededRights } from './needed-rights.ts';

/** The parts of an AWS SDK error that are safe and useful to report. */
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

/**
 * The storage's name for an error, which messages repeat. Any text that is not a simple name becomes `unknown`, as
 * the storage may send anything.
 */
export function plainName(name: unknown): string {
  return typeof name === 'string' && /^[A-Za-z][A-Za-z\d.]{0,63}$/.test(name) ? name : 'unknown';
}

const CHECKSUM_NAMES = new Set([
  'BadDigest',
  'InvalidDigest',
  'XAmzContentChecksumMismatch',
  'XAmzContentSHA256Mismatch',
]);

/** Names of errors with a 4xx status, or with none, that a later request may not meet. */
const PASSING_NAMES = new Set([
  'IncompleteBody',
  'NoSuchKey',
  'NoSuchUpload',
  'OperationAborted',
  'RequestTimeout',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
]);
/** Not found (yet), time-out, conflict, precondition, too early, too many: the same request may succeed later. */
const PASSING_STATUSES = new Set([404, 408, 409, 412, 425, 429]);

/** Names of errors about the time of a request. */
const CLOCK_NAMES = new Set(['RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture']);

/**
 * Turns an error of the AWS SDK into one of our types. `what` names the operation, in words such as `store some/key`.
 * Our own errors, errors of the file system and the reason of an abort are returned as they are.
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
  // The SDK raises it before it sends a request, about an access point's ARN or an address.
  if (name === 'EndpointError')
    return new BucketDenied(`the AWS SDK has no address for the bucket ${bucket}: ${messageOf(error)}`);
  if (name === 'CredentialsProviderError') return credentialsMissing(error);
  const advice = refusalAdvice(name);
  if (advice !== undefined)
    return new BucketDenied(`the storage refused to ${what} (bucket ${bucket}, ${name}): ${advice}`, options);
  if (name === 'PermanentRedirect' || name === 'AuthorizationHeaderMalformed' || status === 301) {
    return new BucketDenied(`the bucket ${bucket} is in another region (${name}); check AWS_REGION`, options);
  }
  // The SDK adopts the storage's time and tries again; this is the error if that does not help.
  if (CLOCK_NAMES.has(name)) {
    return new BucketUnavailable(
      `the storage refused to ${what} (bucket ${bucket}, ${name}): the clocks of the storage and of this machine differ; correct this machine's clock`,
      options,
    );
  }
  // Amazon's name for an object in Glacier Flexible Retrieval or Deep Archive.
  if (name === 'InvalidObjectState') {
    return new BucketDenied(
      `the storage refused to ${what} (bucket ${bucket}, ${name}): the object is in an archive storage class; restore it first ("aws s3api restore-object")`,
      options,
    );
  }
  if (status === 401 || status === 403) {
    return new BucketDenied(
      `the storage refused to ${what} (bucket ${bucket}, ${name}); that needs the right ${neededRights(what)}`,
      options,
    );
  }
  if (CHECKSUM_NAMES.has(name)) {
    return new ChecksumMismatch(
      `the storage received other bytes than were sent (${name}), on a request to ${what}`,
      options,
    );
  }
  // The SDK compares an object with the checksum that came with it.
  if (messageOf(error).startsWith('Checksum mismatch')) {
    return new ChecksumMismatch(
      `the bytes received do not match the checksum that the storage keeps, on a request to ${what}`,
      options,
    );
  }
  if (isFinal(name, status)) {
    return new BucketDenied(
      `the storage refused to ${what} (bucket ${bucket}, ${name}, ${status})${quote(serverMessage(error))}`,
      options,
    );
  }
  if (status !== undefined)
    return new BucketUnavailable(
      `the storage could not ${what} (bucket ${bucket}, ${name}, ${status})`,
      options,
    );
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const trust = trustAdvice(code, 'AWS_CA_BUNDLE');
  return new BucketUnavailable(
    `the storage gave no answer to a request to ${what} (bucket ${bucket}, ${name}${code && ` ${code}`}${hostWords(error, bucket)})${trust === undefined ? '' : `; ${trust}`}`,
  );
}

/** The host whose name could not be looked up, in words; empty for other errors. */
function hostWords(error: unknown, bucket: string): string {
  const host = error instanceof Error && 'hostname' in error ? String(error.hostname) : '';
  if (!/^[\w.:-]+$/.test(host)) return '';
  const isBucketsOwn = host.startsWith(`${bucket}.`);
  return `, host ${host}${isBucketsOwn ? ': S3_FORCE_PATH_STYLE=true leaves the bucket name out of it' : ''}`;
}

/** True when the store says that it does not know the operation. */
export function isUnknownOperation(error: unknown): boolean {
  const { name, status } = storageFailure(error);
  return status === 405 || status === 501 || name === 'NotImplemented' || name === 'MethodNotAllowed';
}

/** True for a refusal that the same request would get again. */
function isFinal(name: string, status: number | undefined): boolean {
  if (status === 501) return true;
  const isRefusal = status !== undefined && status >= 400 && status < 500;
  return isRefusal && !PASSING_STATUSES.has(status) && !PASSING_NAMES.has(name);
}

/** The message of the storage's error; empty if it is only the error's name. */
function serverMessage(error: unknown): string {
  const text = messageOf(error);
  return error instanceof Error && text === error.name ? '' : text;
}

/** True for a failure of the storage or of a proxy that may pass. Whether the request was carried out is unknown. */
export function isPassing(error: unknown): error is BucketUnavailable | ProxyUnavailable {
  return error instanceof BucketUnavailable || error instanceof ProxyUnavailable;
}

/** The error for a bucket, or an access point, that does not exist. */
export function bucketMissing(bucket: string): BucketMissing {
  const what = arnRegion(bucket) === undefined ? 'bucket' : 'access point';
  return new BucketMissing(`the ${what} ${bucket} does not exist`, { httpStatus: 404 });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
