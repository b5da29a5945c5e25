import type { ErrorEntry } from './entry.ts';

/** How runs end, and what the ledger shows. */
export const runErrors = {
  HoursFailed: {
    remedy: 'final',
    reason:
      'Hours of the run have not landed. Each met an error that is not retried, or used up its retries.',
    whatToDo:
      'First do what is said for the type of each failed hour. Then give the same command again, or for a scheduled run "npx amplitude-export run --from 2026-01-01 --to 2026-01-01": hours that have landed are left alone.',
  },
  RetriesExhausted: {
    remedy: 'final',
    reason: 'A step of the hour kept failing until HOUR_RETRY_FOR was over.',
    whatToDo:
      'Do what is said for the type of the last failure, which the message names, and run the hour again. If such trouble lasts longer at times, raise HOUR_RETRY_FOR on the workers (24h at the most).',
  },
  RunInProgress: {
    remedy: 'final',
    reason:
      'A backfill cannot start the run of a day: a run with the same workflow id has not ended for five minutes.',
    whatToDo:
      'Wait until the run that the message names has ended, or cancel it: "npm run temporal -- workflow cancel --workflow-id ID". Then start the backfill again.',
  },
  RunStopped: {
    remedy: 'final',
    reason: 'Somebody cancelled or terminated the run.',
    whatToDo:
      'The Temporal Web UI shows who did, and when. If the hours are still wanted, give the same command again.',
  },
  LandedElsewhere: {
    remedy: 'final',
    reason: 'The run is done, but the bucket of the command line does not have its hours.',
    whatToDo:
      'Give the command line and the workers the same AWS_BUCKET_NAME, S3_PREFIX and AWS_ENDPOINT_URL_S3. Workers for another bucket need a TASK_QUEUE of their own.',
  },
  LedgerLags: {
    remedy: 'final',
    reason: 'The newest landed hour is further behind than --max-lag allows.',
    whatToDo:
      'See whether a worker runs, whether the schedule is paused ("npx amplitude-export schedule describe"), and what failed (the Temporal Web UI). Then export the hours that the message names, such as "npx amplitude-export run --from 2026-01-01T05 --to 2026-01-01T09".',
  },
  VerificationFailed: {
    remedy: 'final',
    reason: 'The bucket is not what its manifests say, or due hours have no manifest.',
    whatToDo:
      'Look up each kind of problem in docs/bucket.md: it says what it means and what sets it right. Verify the same hours again afterwards.',
  },
} satisfies Record<string, ErrorEntry>;
