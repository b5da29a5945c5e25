import { setTimeout as sleep } from 'node:timers/promises';
import type { Bucket } from '../bucket.ts';
import { BucketDenied } from '../errors.ts';
import { isPassing } from '../storage-errors.ts';
import { found, type FeatureName, type FoundFeature } from './feature-table.ts';

/** Where a probe works: a folder of its own, `.../{milliseconds since the epoch}-{random}/`. */
export interface ProbeSite {
  readonly bucket: Bucket;
  readonly folder: string;
}

const TRIES = 4;
/** Some stores accept one write to a key per second. */
const PAUSE_MS = 1_100;

/** Repeats a step while it fails with an error that may pass. @throws the error of the last try */
export async function repeated<T>(step: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await step();
    } catch (error) {
      if (!isPassing(error) || left === 0) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/**
 * The feature as missing, if the store refused the operation itself. @throws the error, if it has another cause, such
 * as missing rights
 */
export function refused(name: FeatureName, error: unknown): FoundFeature {
  const isFeature =
    error instanceof BucketDenied && error.httpStatus !== undefined && ![401, 403].includes(error.httpStatus);
  if (!isFeature) throw error;
  return found(name, error.message);
}
