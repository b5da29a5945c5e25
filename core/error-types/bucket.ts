import type { ErrorEntry } from './entry.ts';

/** The bucket: its storage, and what is in it. */
export const bucketErrors = {
  BucketMissing: {
    remedy: 'final',
    reason: 'There is no bucket of this name at this address.',
    whatToDo:
      'Check AWS_BUCKET_NAME, AWS_REGION and AWS_ENDPOINT_URL_S3. If they are right, make the bucket: "npx amplitude-export setup". An access point is made in AWS.',
  },
  BucketDenied: {
    remedy: 'final',
    reason: 'The storage refuses a request: keys, region, policy or address are wrong.',
    whatToDo:
      'Do what the message says. If it names a right, allow that in the policy (docs/bucket.md lists all), or check that the keys are those of the right user: S3_USER_ACCESS_KEY and S3_USER_SECRET_KEY, or what the AWS default chain finds. Try it with "npx amplitude-export setup", then restart the workers.',
  },
  CredentialsExpired: {
    remedy: 'retry',
    reason: 'The credentials of the AWS default chain have expired, or were replaced while they were in use.',
    whatToDo:
      'If they have expired, renew them where the chain finds them: a shared file, a session, a role (docs/bucket.md). Workers try again by themselves until HOUR_RETRY_FOR is over; keys in the environment need a restart. A command must be given again.',
  },
  BucketUnavailable: {
    remedy: 'retry',
    reason: 'The storage does not answer, or cannot do now what it is asked.',
    whatToDo:
      'Workers try again by themselves; a command must be given again. If it goes on, check AWS_ENDPOINT_URL_S3, the network (docs/networks.md) and the storage itself. "npx amplitude-export setup" tries whether it works.',
  },
  StoreUnsuitable: {
    remedy: 'final',
    reason: 'The store does not keep a promise without which hours can be lost and nobody sees it.',
    whatToDo:
      'Use another store, or a newer version of this one: docs/stores.md says what a store must do and which were tried. "npx amplitude-export setup" shows what yours does.',
  },
  ChecksumMismatch: {
    remedy: 'retry',
    reason: 'Bytes changed on their way to the storage or back.',
    whatToDo:
      "Workers send them again by themselves; a command must be given again. If it goes on, look for a proxy or gateway that alters them (NO_PROXY leaves a proxy out), and check the memory of the worker's machine and the storage's disk.",
  },
  ManifestUnreadable: {
    remedy: 'final',
    reason: 'A manifest is not one that this version can read, so it is not overwritten.',
    whatToDo:
      'Look at it. If a newer amplitude-export wrote it, use that version. If it is damaged, move it out of the manifests folder ("aws s3 mv"), then export its hour: "npx amplitude-export run --from 2026-01-01T05 --to 2026-01-01T05".',
  },
  HourVanished: {
    remedy: 'final',
    reason: 'Amplitude has no data (404) for an hour that landed with lines. What has landed stays as it is.',
    whatToDo:
      'Check that AMP_API_KEY and AMP_DATA_REGION are those of the same project as before, and that Amplitude still keeps data of that age. If the hour is to be empty, delete its manifest (docs/bucket.md) and run the hour again. If a repair ends so, bring the objects that its manifest names back from a copy of the bucket or from its older versions.',
  },
  CommitContended: {
    remedy: 'retry',
    reason: 'Other attempts at the same hour were faster, time and again.',
    whatToDo:
      'Workers try again by themselves; a command must be given again. If it goes on, find in the Temporal Web UI which runs export this hour, also in other namespaces, and cancel all but one: "npm run temporal -- workflow cancel --workflow-id ID".',
  },
} satisfies Record<string, ErrorEntry>;
