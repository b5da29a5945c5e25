import type { HourWindow } from '../core/hour-window.ts';
import { producer } from '../core/version.ts';
import type { Bucket } from './bucket.ts';
import { HourStore } from './hour-store.ts';

/**
 * How many objects and unfinished uploads of an hour are still there although its manifest has superseded them: whoever
 * landed it could not remove them, or is about to.
 * @throws ManifestUnreadable, the typed errors of storage-errors.ts
 */
export async function countNotRemoved(bucket: Bucket, prefix: string, window: HourWindow): Promise<number> {
  const store = new HourStore(bucket, prefix, window, producer);
  const stored = await store.readManifest();
  if (stored === undefined) return 0;
  const { outputs, superseded } = stored.manifest;
  const toGo = new Set(superseded.map(({ key }) => key));
  for (const { key } of outputs) toGo.delete(key);
  const { objects, uploads } = await store.list();
  return [...objects, ...uploads].filter(({ key }) => toGo.has(key)).length;
}
