import { ExportError } from '../core/errors.ts';

/** The bucket does not exist. */
export class BucketMissing extends ExportError {
  readonly type = 'BucketMissing';
}

/** The storage refused our credentials, or they do not allow the operation. */
export class BucketDenied extends ExportError {
  readonly type = 'BucketDenied';
}

/**
 * Credentials that are renewed outside of this process have expired or were replaced, and no new ones are there yet.
 */
export class CredentialsExpired extends ExportError {
  readonly type = 'CredentialsExpired';
}

/** The storage could not be reached, or failed. */
export class BucketUnavailable extends ExportError {
  readonly type = 'BucketUnavailable';
}

/** The bytes stored or received are not those that were sent. */
export class ChecksumMismatch extends ExportError {
  readonly type = 'ChecksumMismatch';
}

/** This version cannot read a manifest in the bucket. */
export class ManifestUnreadable extends ExportError {
  readonly type = 'ManifestUnreadable';
}

/** Amplitude has no data (404) for an hour that landed with lines. */
export class HourVanished extends ExportError {
  readonly type = 'HourVanished';
}

/** Other attempts on the same hour won every time. */
export class CommitContended extends ExportError {
  readonly type = 'CommitContended';
}

/** The store lacks a feature without which hours can be lost. */
export class StoreUnsuitable extends ExportError {
  readonly type = 'StoreUnsuitable';
}
