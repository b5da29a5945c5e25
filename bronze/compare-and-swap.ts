import { setTimeout as sleep } from 'node:timers/promises';
import type { CommonManifest } from './common-manifest.ts';
import { BucketUnavailable } from './errors.ts';
import type { ManifestStore } from './manifest-store.ts';

/**
 * The outcome of a swap. `won`: our manifest is in place. `lost`: another attempt changed the manifest first.
 * `refused`: the storage refused ours although the manifest is unchanged. `unknown`: ours may still arrive and name
 * our objects.
 */
export type Swap =
  | { readonly kind: 'won' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused' | 'unknown'; readonly error: Error };

const TRIES = 2;

/**
 * Step 4 of the commit protocol: replaces the manifest that has this ETag, or, without an ETag, stores the first one.
 * Removes no objects. Answers can get lost, and a swap can be won only once, so it is tried twice.
 * @throws ManifestUnreadable; the typed errors of storage-errors.ts
 */
export async function compareAndSwap<M extends CommonManifest>(
  store: ManifestStore<M>,
  manifest: M,
  etag: string | undefined,
): Promise<Swap> {
  let mayArrive = false;
  for (let left = TRIES; ; left -= 1) {
    const swap = await store.swapManifest(manifest, etag);
    if (swap.kind === 'stored') return { kind: 'won' };
    const now = await store.readManifest();
    if (now?.manifest.attemptId === manifest.attemptId) return { kind: 'won' };
    // Another manifest is in place: our swap is refused even if it arrives late.
    if (now?.etag !== etag) return { kind: 'lost' };
    mayArrive ||= swap.kind === 'unknown';
    if (left === 1) return mayArrive ? { kind: 'unknown', error: swap.error } : refused(store.name);
    await sleep(Math.random() * 500);
  }
}

function refused(name: string): Swap {
  const error = new BucketUnavailable(
    `the storage refused the manifest of ${name} twice because it had changed, but it has not changed`,
    { httpStatus: 412 },
  );
  return { kind: 'refused', error };
}
