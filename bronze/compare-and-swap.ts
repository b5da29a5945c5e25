import { setTimeout as sleep } from 'node:timers/promises';
import { BucketUnavailable } from './errors.ts';
import type { HourStore } from './hour-store.ts';
import type { Manifest } from './manifest.ts';

/**
 * What became of a swap. `won`: the hour's manifest is ours. `lost`: another attempt has changed it first. `refused`:
 * the storage refused ours, although nobody has changed it. `unknown`: ours may still arrive and name our objects.
 */
export type Swap =
  | { readonly kind: 'won' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused' | 'unknown'; readonly error: Error };

const TRIES = 2;

/**
 * Step 5 of the commit protocol: puts a manifest in the place of the one with this ETag; without an ETag, where none is.
 * Removes no objects. An answer gets lost now and then, so the swap, which can be won only once, is tried twice.
 * @throws ManifestUnreadable; the typed errors of storage-errors.ts, of reading the manifest
 */
export async function compareAndSwap(
  store: HourStore,
  manifest: Manifest,
  etag: string | undefined,
): Promise<Swap> {
  let mayArrive = false;
  for (let left = TRIES; ; left -= 1) {
    const swap = await store.swapManifest(manifest, etag);
    if (swap.kind === 'stored') return { kind: 'won' };
    const now = await store.readManifest();
    if (now?.manifest.attemptId === manifest.attemptId) return { kind: 'won' };
    // Where another manifest is, an unknown swap that arrives late is refused as well.
    if (now?.etag !== etag) return { kind: 'lost' };
    mayArrive ||= swap.kind === 'unknown';
    if (left === 1) return mayArrive ? { kind: 'unknown', error: swap.error } : refused(store);
    await sleep(Math.random() * 500);
  }
}

function refused({ window }: HourStore): Swap {
  const error = new BucketUnavailable(
    `the storage refused the manifest of ${window} twice as changed, although it has not changed`,
    { httpStatus: 412 },
  );
  return { kind: 'refused', error };
}
