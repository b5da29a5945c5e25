import type { Bucket } from '../bucket.ts';
import { BucketDenied } from '../errors.ts';
import { found, type FeatureName, type FoundFeature } from './feature-table.ts';

/** Where a probe works: a folder of its own, `.../{milliseconds since the epoch}-{random}/`. */
export interface ProbeSite {
  readonly bucket: Bucket;
  readonly folder: string;
}

/** The feature, refused as such; a refusal for want of rights is none of the feature's. @throws the error, if it is no such refusal */
export function refused(name: FeatureName, error: unknown): FoundFeature {
  const isFeature =
    error instanceof BucketDenied && error.httpStatus !== undefined && ![401, 403].includes(error.httpStatus);
  if (!isFeature) throw error;
  return found(name, error.message);
}
