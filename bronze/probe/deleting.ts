import { BucketDenied } from '../errors.ts';
import { found, type FoundFeature } from './feature-table.ts';
import type { ProbeSite } from './site.ts';

/** Removes what the probe has stored, which shows how objects are deleted here, if at all. */
export async function probeDeleting({ bucket, folder }: ProbeSite): Promise<FoundFeature[]> {
  const keys = (await bucket.list(folder)).map(({ key }) => key);
  try {
    await bucket.delete(keys);
  } catch (error) {
    if (!(error instanceof BucketDenied)) throw error;
    return [found('deleting', `${error.message}; ${keys.length} small objects of this probe stay`)];
  }
  return [found('DeleteObjects', !bucket.features.deleteObjects && 'it is refused'), found('deleting')];
}
