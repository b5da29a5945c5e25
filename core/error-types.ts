/**
 * What a failure asks for: `retry` the activity, `restart` the hour from extract, or give up (`final`).
 */
type Remedy = 'retry' | 'restart' | 'final';

const errorTypes = {
  // What a person asked for.
  WindowInvalid: ['final', 'a misspelt hour stays misspelt'],
  InputInvalid: ['final', 'the same input would be refused again'],
  IntervalMissing: ['final', 'without an interval there is nothing to export'],
  IntervalReversed: ['final', 'an interval that ends before it starts holds no hour'],
  IntervalTooLong: ['final', 'more hours than one run may hold; a backfill splits them'],
  ConfigurationInvalid: ['final', 'only a person can correct a setting'],
  ToolMissing: ['final', 'a server binary that can be neither found nor fetched needs a person'],
  ServerNotStarted: ['final', 'a local server that does not come up says why in its log'],
  FaultInvalid: ['final', 'a misspelt fault stays misspelt'],
  HoursFailed: ['final', 'every failed hour has used up its own retries already'],
  LedgerLags: ['final', 'hours are late in the bucket; a person finds out what keeps them'],

  // What the Export API answers.
  ExportTooLarge: ['final', 'an hour over the 4 GB limit is as large at the next request'],
  RequestInvalid: ['final', 'the same request would be refused again'],
  AccessDenied: ['final', 'keys or region are wrong until a person corrects them'],
  UnexpectedAnswer: ['final', 'a status that the documentation does not name needs a person to look'],
  HourNotDue: ['retry', 'a 404 before the hour is due proves nothing'],
  RateLimited: ['retry', 'the limit lifts; Retry-After says when'],
  SourceUnavailable: ['retry', 'server trouble passes'],
  SourceTimedOut: ['retry', 'no bytes, or too few, for too long; the next request may do better'],
  ConnectionLost: ['retry', 'a cut connection says nothing about the hour'],

  // What is in the archive.
  ArchiveMissing: ['restart', 'a gateway that is busy may answer so for once; five times is an answer'],
  ArchiveBroken: ['retry', 'a download that was cut short is no zip; the next may be whole'],
  ArchiveLimitsExceeded: ['final', 'an archive that unpacks beyond all measure is not safe to unpack again'],
  MemberCorrupt: ['restart', 'only a new download can bring the bytes that are missing'],

  // The host.
  WorkFilesLost: ['restart', 'the files are gone with their folder; extract makes them again'],
  DiskFull: ['retry', 'space comes back when other hours end'],
  OpenFilesExhausted: ['retry', 'files and connections are closed when other hours end'],
  WorkDirFailed: ['retry', 'hours wait until a person has made WORK_DIR writable again'],

  // A proxy on the way to Amplitude, the bucket or Temporal.
  ProxyRefused: ['final', 'its credentials or its rules are wrong until a person corrects them'],
  ProxyUnavailable: ['retry', 'trouble of a proxy, or behind it, passes'],

  // The bucket.
  BucketMissing: ['final', 'a bucket does not appear by itself'],
  BucketDenied: ['final', 'keys or policy are wrong until a person corrects them'],
  CredentialsExpired: ['retry', 'credentials that the AWS default chain finds are renewed by others'],
  BucketUnavailable: ['retry', 'storage trouble passes'],
  StoreUnsuitable: ['final', 'a store that lacks conditional writes or the like loses hours in silence'],
  ChecksumMismatch: ['retry', 'bytes changed on their way; send them again'],
  ManifestUnreadable: ['final', 'a manifest that this version cannot read must not be overwritten'],
  HourVanished: ['final', 'a 404 must not destroy lines that landed; a person decides'],
  CommitContended: ['retry', 'other attempts on the same hour kept winning; look again later'],

  // The two ends of patience.
  RetriesExhausted: ['final', 'HOUR_RETRY_FOR has passed since the first retry'],
  TemporalUnreachable: ['final', 'without a server there is nothing to talk to'],
  LandedElsewhere: ['final', 'worker and command line are set to different buckets'],
  VerificationFailed: ['final', 'the bucket is not what its manifests say; a repair mends what it can'],
  RunInProgress: ['final', 'another run of the same id must end first; start the backfill again then'],
  RunStopped: ['final', 'somebody cancelled or terminated the run'],
} as const satisfies Record<string, readonly [Remedy, string]>;

/** The stable name of an error. */
export type ErrorType = keyof typeof errorTypes;

/** What an error of this type asks for, and why. */
export function remedyFor(type: ErrorType): { remedy: Remedy; reason: string } {
  const [remedy, reason] = errorTypes[type];
  return { remedy, reason };
}

/** Every error type, in the order in which they are documented. */
export const allErrorTypes = Object.keys(errorTypes) as ErrorType[];

/** The types that no retry of the same activity can heal: the retry policies' list. */
export const notRetryableTypes = allErrorTypes.filter((type) => errorTypes[type][0] !== 'retry');

/** True for a name that is one of ours. */
export function isErrorType(name: unknown): name is ErrorType {
  return typeof name === 'string' && Object.hasOwn(errorTypes, name);
}
