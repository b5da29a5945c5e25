import { CommitContended } from './errors.ts';
import type { HourStore, Listing, StoredManifest } from './hour-store.ts';
import type { Manifest, Superseded } from './manifest.ts';

/**
 * Step 5 of the commit protocol for an hour whose manifest is not known yet: reads it, then does `removeOrphansOf`.
 * Returns the manifest that is in place then.
 * @throws CommitContended when there is no manifest; ManifestUnreadable; the typed errors of storage-errors.ts
 */
export async function removeOrphans(store: HourStore): Promise<Manifest> {
  return removeOrphansOf(store, (await readCurrent(store)).manifest);
}

/**
 * Step 5 of the commit protocol: removes superseded objects, and the orphans of killed attempts. `manifest` is the
 * hour's manifest, which was just stored or read. `listing` is a LIST made since then: if it shows no object but those
 * that the manifest names, no other LIST is needed. Returns the manifest that is in place at the end.
 *
 * An orphan may belong to an attempt that still runs, so orphans are removed only after a swap that makes that attempt
 * lose. There is only one swap: two attempts that repeated it could go on for ever.
 * @throws as `removeOrphans`
 */
export async function removeOrphansOf(
  store: HourStore,
  manifest: Manifest,
  listing?: Listing,
): Promise<Manifest> {
  await removeSuperseded(store, manifest);
  if (listing !== undefined && notAmong(listing, keysOf(manifest.outputs)).length === 0) return manifest;
  const listed = await store.list();
  if (orphansIn(listed, manifest).length === 0) return manifest;
  // Other attempts may have landed since `manifest`: their objects are not orphans.
  const current = await readCurrent(store);
  const orphans = orphansIn(listed, current.manifest);
  const last = orphans.length === 0 ? current : await raiseEpoch(store, current, orphans);
  await removeSuperseded(store, last.manifest);
  return last.manifest;
}

/**
 * Makes every attempt lose that has read this manifest or an earlier one. A PUT without an answer is sent once more.
 * Returns the manifest that is in place then: ours, or one that another attempt has stored first.
 */
async function raiseEpoch(
  store: HourStore,
  { manifest, etag }: StoredManifest,
  orphans: readonly Superseded[],
): Promise<StoredManifest> {
  const nextEpoch = {
    ...manifest,
    epoch: manifest.epoch + 1,
    superseded: [...manifest.superseded, ...orphans],
  };
  const swap = await store.swapManifest(nextEpoch, etag);
  if (swap.kind === 'unknown') await store.swapManifest(nextEpoch, etag);
  return readCurrent(store);
}

async function readCurrent(store: HourStore): Promise<StoredManifest> {
  const current = await store.readManifest();
  if (current === undefined)
    throw new CommitContended(`the manifest of ${store.window} was deleted during the commit`);
  return current;
}

/** One of our objects may also have an unfinished upload: the answer to its creation was lost. So ours are kept. */
async function removeSuperseded(store: HourStore, { superseded, outputs }: Manifest): Promise<void> {
  await store.remove(superseded, outputs);
}

function orphansIn(listing: Listing, { outputs, superseded }: Manifest): Superseded[] {
  return notAmong(listing, keysOf([...outputs, ...superseded]));
}

function keysOf(objects: readonly { readonly key: string }[]): Set<string> {
  return new Set(objects.map(({ key }) => key));
}

/** The objects whose keys are not in `known`, and all unfinished uploads. */
export function notAmong({ objects, uploads }: Listing, known: ReadonlySet<string>): Superseded[] {
  return [
    ...objects.filter(({ key }) => !known.has(key)).map(({ key }) => ({ key })),
    ...uploads.map(({ key, uploadId }) => ({ key, uploadId })),
  ];
}
