import { BucketDenied } from '../errors.ts';
import { found, type FoundFeature } from './feature-table.ts';
import type { ProbeSite } from './site.ts';

/** A probe takes seconds: what is older than this, in milliseconds, is left of one that was killed. */
const DEAD_AFTER_MS = 3_600_000;

/** Removes what this probe and killed ones have stored, which shows how objects are deleted here, if at all. */
export async function probeDeleting({ bucket, folder }: ProbeSite): Promise<FoundFeature[]> {
  const all = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  const isToGo = ({ key }: { key: string }): boolean =>
    key.startsWith(folder) || Number.parseInt(key.slice(all.length), 10) < Date.now() - DEAD_AFTER_MS;
  const keys = (await bucket.list(all)).filter(isToGo).map(({ key }) => key);
  try {
    for (const upload of (await bucket.listUploads(all)).filter(isToGo)) await bucket.abortUpload(upload);
    await bucket.delete(keys);
  } catch (error) {
    if (!(error instanceof BucketDenied)) throw error;
    return [found('deleting', `${error.message}; ${keys.length} small objects of this probe stay`)];
  }
  return [found('DeleteObjects', !bucket.features.deleteObjects && 'it is refused'), found('deleting')];
}
