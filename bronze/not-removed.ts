import type { HourWindow } from '../core/hour-window.ts';
import { producer } from '../core/version.ts';
import type { Bucket } from './bucket.ts';
import { HourStore } from './hour-store.ts';

/**
 * How many superseded objects and unfinished uploads of an hour are still there. The attempt that landed it could not
 * remove them, or has not done so yet.
 * @throws ManifestUnreadable, the typed errors of storage-errors.ts
 */
export async function countNotRemoved(bucket: Bucket, prefix: string, window: HourWindow): Promise<number> {
  const store = new HourStore(bucket, prefix, window, producer);
  const stored = await store.readManifest();
  if (stored === undefined) return 0;
  const { outputs, superseded } = stored.manifest;
  const supersededKeys = new Set(superseded.map(({ key }) => key));
  for (const { key } of outputs) supersededKeys.delete(key);
  const { objects, uploads } = await store.list();
  return [...objects, ...uploads].filter(({ key }) => supersededKeys.has(key)).length;
}
