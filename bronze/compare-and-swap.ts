import { setTimeout as sleep } from 'node:timers/promises';
import { BucketDenied, BucketUnavailable } from './errors.ts';
import type { HourStore } from './hour-store.ts';
import type { Manifest } from './manifest.ts';

const SWAPS = 2;

/**
 * Step 5 of the commit protocol: puts a manifest in the place of the one that has this ETag. False when another attempt
 * has changed it first; our objects are gone then. An answer gets lost now and then, so the swap, which can be won only
 * once, is made once more.
 * @throws BucketUnavailable when nobody can tell, or the storage refuses it without a rival; the typed errors of
 *   storage-errors.ts
 */
export async function compareAndSwap(
  store: HourStore,
  manifest: Manifest,
  etag: string | undefined,
): Promise<boolean> {
  let mayArrive = false;
  for (let attempt = 1; ; attempt += 1) {
    const swap = await store.swapManifest(manifest, etag);
    if (swap.kind === 'stored') return true;
    const now = await store.readManifest();
    if (now?.manifest.attemptId === manifest.attemptId) return true;
    // Where another manifest is, an unknown swap that arrives late is refused as well.
    if (now?.etag !== etag) {
      await removeOwn(store, manifest);
      return false;
    }
    // One of unknown outcome may still arrive and name our objects: they stay, and whoever swaps next, which is what
    // makes the late one fail, lists them as superseded.
    mayArrive ||= swap.kind === 'unknown';
    if (attempt === SWAPS && !mayArrive) {
      await removeOwn(store, manifest);
      throw new BucketUnavailable(
        `the storage refused the manifest of ${store.window} twice as changed, although it has not changed`,
        { httpStatus: 412 },
      );
    }
    if (attempt === SWAPS) throw swap.error;
    await sleep(Math.random() * 500);
  }
}

/** Where deleting is not allowed our objects stay, and step 6 finds them: that costs room, and not the hour. */
async function removeOwn(store: HourStore, { outputs }: Manifest): Promise<void> {
  try {
    await store.remove(outputs);
  } catch (error) {
    if (!(error instanceof BucketDenied)) throw error;
  }
}
