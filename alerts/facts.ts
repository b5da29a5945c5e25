import type { Failure } from '../core/errors.ts';

/** Why something failed: an hour, or with `window` null the run as a whole. */
export interface Reason extends Failure {
  readonly window: string | null;
}

/** What a notification tells. A number is null where nobody has counted. */
export interface Facts {
  /** What ended, or that `status --notify` found something. */
  readonly kind: 'run' | 'backfill' | 'events list' | 'status';
  /** The first and the last hour that it is about; null where there are none, or they are not known. */
  readonly start: string | null;
  readonly end: string | null;
  /** Hours to export; for `status`, all hours of its range. */
  readonly hours: number | null;
  readonly landed: number | null;
  /** Hours that failed; for `status`, due hours that have not landed. */
  readonly failed: number | null;
  /** Rejected lines. */
  readonly rejected: number | null;
  /** Hours that had already landed, with other lines. */
  readonly changed: number | null;
  /** A few of the reasons. */
  readonly firstReasons: readonly Reason[];
}
