import { ExportError } from '../core/errors.ts';

/** 400: the hour is over the 4 GB that the API gives out in one answer. */
export class ExportTooLarge extends ExportError {
  readonly type = 'ExportTooLarge';
}

/** 400: the API refused the request for another reason than its size. */
export class RequestInvalid extends ExportError {
  readonly type = 'RequestInvalid';
}

/** 401 or 403: no credentials, wrong ones, or the other region's. */
export class AccessDenied extends ExportError {
  readonly type = 'AccessDenied';
}

/** A status that the documentation does not name. */
export class UnexpectedAnswer extends ExportError {
  readonly type = 'UnexpectedAnswer';
}

/** 404 for an hour whose data may still arrive. */
export class HourNotDue extends ExportError {
  readonly type = 'HourNotDue';
}

/** 429: too many requests; `retryAfterMs` holds what the answer asked for. */
export class RateLimited extends ExportError {
  readonly type = 'RateLimited';
}

/** 5xx. */
export class SourceUnavailable extends ExportError {
  readonly type = 'SourceUnavailable';
}

/** No answer, no byte more of one, or too few of them, for too long. */
export class SourceTimedOut extends ExportError {
  readonly type = 'SourceTimedOut';
}

/** The connection could not be made, or was cut. */
export class ConnectionLost extends ExportError {
  readonly type = 'ConnectionLost';
}

/** 200 with a text where the archive should be. */
export class ArchiveMissing extends ExportError {
  readonly type = 'ArchiveMissing';
}

/** What was downloaded is not a whole zip archive with the members it lists. */
export class ArchiveBroken extends ExportError {
  readonly type = 'ArchiveBroken';
}

/** The archive unpacks to more than `archiveLimits` allows. */
export class ArchiveLimitsExceeded extends ExportError {
  readonly type = 'ArchiveLimitsExceeded';
}

/** A member is not gzip data from its first byte to its last. */
export class MemberCorrupt extends ExportError {
  readonly type = 'MemberCorrupt';
}
