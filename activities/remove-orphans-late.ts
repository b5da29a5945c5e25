import type { CommonManifest } from '../bronze/common-manifest.ts';
import type { ManifestStore } from '../bronze/manifest-store.ts';
import { removeOrphans } from '../bronze/remove-orphans.ts';
import type { Attempt } from './attempt.ts';

/**
 * Clears up after a landing that failed. An attempt that was cancelled or timed out but still ran may be the last one to
 * change the manifest. No other attempt would remove the objects that its swap superseded, or its own if it lost. While
 * there is no manifest, they stay: the next attempt that lands removes them. Never throws.
 */
export async function removeOrphansLate<M extends CommonManifest>(
  store: ManifestStore<M>,
  attempt: Attempt,
): Promise<void> {
  if (!attempt.isCancelledOrTimedOut()) return;
  await removeOrphans(await store.forClearingUp()).catch(() => undefined);
}
