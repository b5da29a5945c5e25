import { ExportError } from '../core/errors.ts';

/** 400: the hour is larger than the 4 GB that the API sends in one answer. */
export class ExportTooLarge extends ExportError {
  readonly type = 'ExportTooLarge';
}

/** 400: the API refused the request, but not for its size. */
export class RequestInvalid extends ExportError {
  readonly type = 'RequestInvalid';
}

/** 401 or 403: credentials are missing, wrong, or of the other region. */
export class AccessDenied extends ExportError {
  readonly type = 'AccessDenied';
}

/** A status, or a Content-Encoding, that the documentation does not name. */
export class UnexpectedAnswer extends ExportError {
  readonly type = 'UnexpectedAnswer';
}

/** 404 for an hour whose data may still arrive. */
export class HourNotDue extends ExportError {
  readonly type = 'HourNotDue';
}

/** 429: too many requests; `retryAfterMs` is the wait that the answer asks for. */
export class RateLimited extends ExportError {
  readonly type = 'RateLimited';
}

/** 5xx, 408 or 425. */
export class SourceUnavailable extends ExportError {
  readonly type = 'SourceUnavailable';
}

/** For too long, the source sent no answer, no further byte of it, or too few bytes. */
export class SourceTimedOut extends ExportError {
  readonly type = 'SourceTimedOut';
}

/** The connection could not be made, or was cut. */
export class ConnectionLost extends ExportError {
  readonly type = 'ConnectionLost';
}

/** 200 with a text instead of an archive. */
export class ArchiveMissing extends ExportError {
  readonly type = 'ArchiveMissing';
}

/** The answer for the events list is not one. */
export class EventsListInvalid extends ExportError {
  readonly type = 'EventsListInvalid';
}

/** The download is not a whole zip archive with the members that its directory lists. */
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

/** The thread that parsed a member ended before it was done. */
export class ParseThreadCrashed extends ExportError {
  readonly type = 'ParseThreadCrashed';
}

/** OUTPUTS has parquet, but the package that writes Parquet files cannot be loaded. */
export class ParquetWriterMissing extends ExportError {
  readonly type = 'ParquetWriterMissing';
}

/** DuckDB failed to write a Parquet file. */
export class ParquetNotWritten extends ExportError {
  readonly type = 'ParquetNotWritten';
}
