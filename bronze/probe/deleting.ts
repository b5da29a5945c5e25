import { BucketDenied } from '../errors.ts';
import { found, type FoundFeature } from './feature-table.ts';
import type { ProbeSite } from './site.ts';

/** A probe takes seconds. Objects older than this, in milliseconds, are left from a probe that was killed. */
const DEAD_AFTER_MS = 3_600_000;

/**
 * Removes the objects and uploads of this probe and of killed ones. This shows how the store deletes objects, if it
 * allows that.
 */
export async function probeDeleting({ bucket, folder }: ProbeSite): Promise<FoundFeature[]> {
  const probesFolder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  const isLeftover = ({ key }: { key: string }): boolean =>
    key.startsWith(folder) ||
    Number.parseInt(key.slice(probesFolder.length), 10) < Date.now() - DEAD_AFTER_MS;
  const keys = (await bucket.list(probesFolder)).filter(isLeftover).map(({ key }) => key);
  try {
    for (const upload of (await bucket.listUploads(probesFolder)).filter(isLeftover))
      await bucket.abortUpload(upload);
    await bucket.delete(keys);
  } catch (error) {
    if (!(error instanceof BucketDenied)) throw error;
    return [found('deleting', `${error.message}; ${keys.length} small objects of this probe stay`)];
  }
  return [found('DeleteObjects', !bucket.features.deleteObjects && 'it is refused'), found('deleting')];
}
