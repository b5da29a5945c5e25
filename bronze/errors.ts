import { ExportError } from '../core/errors.ts';

/** The bucket does not exist. */
export class BucketMissing extends ExportError {
  readonly type = 'BucketMissing';
}

/** The storage refused our credentials, or they do not allow what was asked. */
export class BucketDenied extends ExportError {
  readonly type = 'BucketDenied';
}

/** Credentials that others renew have expired, or were replaced, and no new ones are there yet. */
export class CredentialsExpired extends ExportError {
  readonly type = 'CredentialsExpired';
}

/** The storage could not be reached, or has trouble. */
export class BucketUnavailable extends ExportError {
  readonly type = 'BucketUnavailable';
}

/** What arrived in the bucket is not what was sent. */
export class ChecksumMismatch extends ExportError {
  readonly type = 'ChecksumMismatch';
}

/** A manifest in the bucket is not one that this version can read. */
export class ManifestUnreadable extends ExportError {
  readonly type = 'ManifestUnreadable';
}

/** The source has nothing for an hour that landed with lines. */
export class HourVanished extends ExportError {
  readonly type = 'HourVanished';
}

/** Other attempts on the same hour won every time. */
export class CommitContended extends ExportError {
  readonly type = 'CommitContended';
}

/** The store lacks something without which hours can be lost. */
export class StoreUnsuitable extends ExportError {
  readonly type = 'StoreUnsuitable';
}
