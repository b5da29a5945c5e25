import type { CommonManifest, Superseded } from './common-manifest.ts';
import { CommitContended } from './errors.ts';
import type { Listing, ManifestStore, StoredManifest } from './manifest-store.ts';

/**
 * Step 5 of the commit protocol where the manifest is not known yet: reads it, then does `removeOrphansOf`.
 * Returns the manifest that is in place then.
 * @throws CommitContended when there is no manifest; ManifestUnreadable; the typed errors of storage-errors.ts
 */
export async function removeOrphans<M extends CommonManifest>(store: ManifestStore<M>): Promise<M> {
  return removeOrphansOf(store, (await readCurrent(store)).manifest);
}

/**
 * Step 5 of the commit protocol: removes superseded objects, and the orphans of killed attempts. `manifest` was
 * just stored or read; `listing` is a LIST made since then, if there was one. Returns the
 * manifest that is in place at the end.
 *
 * An orphan may belong to an attempt that still runs, so orphans are removed only after a swap that makes that attempt
 * lose. There is only one swap: two attempts that repeated it could go on for ever. All that is removed is named in the
 * manifest before: where deleting is not allowed, `verify` knows it as superseded.
 * @throws as `removeOrphans`
 */
export async function removeOrphansOf<M extends CommonManifest>(
  store: ManifestStore<M>,
  manifest: M,
  listing?: Listing,
): Promise<M> {
  const listed = listing ?? (await store.list(manifest));
  const isClean = orphansIn(listed, manifest).length === 0;
  const last = isClean ? manifest : await supersedeOrphans(store, listed);
  // One of our objects may also have an unfinished upload: the answer to its creation was lost. So ours are kept.
  await store.remove(last.superseded, last.outputs);
  return last;
}

/** Returns the manifest that is in place then. */
async function supersedeOrphans<M extends CommonManifest>(
  store: ManifestStore<M>,
  listed: Listing,
): Promise<M> {
  // Other attempts may have landed since the manifest was known: their objects are not orphans.
  const current = await readCurrent(store);
  const orphans = orphansIn(listed, current.manifest);
  if (orphans.length === 0) return current.manifest;
  await raiseEpoch(store, current, orphans);
  return (await readCurrent(store)).manifest;
}

/** Makes every attempt lose that has read this manifest or an earlier one. A PUT without an answer is sent once more. */
async function raiseEpoch<M extends CommonManifest>(
  store: ManifestStore<M>,
  { manifest, etag }: StoredManifest<M>,
  orphans: readonly Superseded[],
): Promise<void> {
  const nextEpoch = {
    ...manifest,
    epoch: manifest.epoch + 1,
    superseded: [...manifest.superseded, ...orphans],
  };
  const swap = await store.swapManifest(nextEpoch, etag);
  if (swap.kind === 'unknown') await store.swapManifest(nextEpoch, etag);
}

async function readCurrent<M extends CommonManifest>(store: ManifestStore<M>): Promise<StoredManifest<M>> {
  const current = await store.readManifest();
  if (current === undefined)
    throw new CommitContended(`the manifest of ${store.name} was deleted during the commit`);
  return current;
}

/** The objects that the manifest neither names nor lists as superseded, and the uploads that it does not list. */
function orphansIn(listing: Listing, { outputs, superseded }: CommonManifest): Superseded[] {
  const known = new Set([...outputs, ...superseded].map(({ key }) => key));
  const knownUploads = new Set(superseded.map(({ uploadId }) => uploadId));
  return notAmong(listing, known).filter(
    ({ uploadId }) => uploadId === undefined || !knownUploads.has(uploadId),
  );
}

/** The objects whose keys are not in `known`, and all unfinished uploads. */
export function notAmong({ objects, uploads }: Listing, known: ReadonlySet<string>): Superseded[] {
  return [
    ...objects.filter(({ key }) => !known.has(key)).map(({ key }) => ({ key })),
    ...uploads.map(({ key, uploadId }) => ({ key, uploadId })),
  ];
}
