import { CommitContended } from './errors.ts';
import type { HourStore, Listing, StoredManifest } from './hour-store.ts';
import type { Manifest, Superseded } from './manifest.ts';

/**
 * Step 6 of the commit protocol: removes superseded objects, and the orphans of killed attempts. An orphan may belong
 * to an attempt that still runs, so orphans are removed only after a swap that makes that attempt lose. There is only
 * one swap: two attempts that repeated it could go on for ever.
 * @throws CommitContended when the manifest was deleted; ManifestUnreadable; the typed errors of storage-errors.ts
 */
export async function removeOrphans(store: HourStore): Promise<Manifest> {
  const current = await removeSuperseded(store);
  const { manifest, etag } = current;
  const known = new Set([...manifest.outputs, ...manifest.superseded].map(({ key }) => key));
  const orphans = notAmong(await store.list(), known);
  if (orphans.length === 0) return manifest;
  const nextEpoch = {
    ...manifest,
    epoch: manifest.epoch + 1,
    superseded: [...manifest.superseded, ...orphans],
  };
  await store.swapManifest(nextEpoch, etag);
  return (await removeSuperseded(store)).manifest;
}

async function removeSuperseded(store: HourStore): Promise<StoredManifest> {
  const current = await store.readManifest();
  if (current === undefined)
    throw new CommitContended(`the manifest of ${store.window} was deleted during the commit`);
  // One of our objects may also have an unfinished upload: the answer to its creation was lost.
  await store.remove(current.manifest.superseded, current.manifest.outputs);
  return current;
}

/** The objects whose keys are not in `known`, and all unfinished uploads. */
export function notAmong({ objects, uploads }: Listing, known: ReadonlySet<string>): Superseded[] {
  return [
    ...objects.filter(({ key }) => !known.has(key)).map(({ key }) => ({ key })),
    ...uploads.map(({ key, uploadId }) => ({ key, uploadId })),
  ];
}
