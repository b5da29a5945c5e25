import { CommitContended } from './errors.ts';
import type { HourStore, Listing, StoredManifest } from './hour-store.ts';
import type { Manifest, Superseded } from './manifest.ts';

/**
 * Step 6: takes away what the manifest has superseded, and what attempts that were killed left behind. Objects that
 * nobody names may belong to an attempt that is still at work, so they go only after a swap that makes it lose. That
 * swap is made once: two attempts that repeated it could chase each other for ever.
 * @throws the typed errors of storage-errors.ts
 */
export async function removeOrphans(store: HourStore): Promise<Manifest> {
  const current = await removeSuperseded(store);
  const { manifest, etag } = current;
  const known = new Set([...manifest.outputs, ...manifest.superseded].map(({ key }) => key));
  const orphans = unnamed(await store.list(), known);
  if (orphans.length === 0) return manifest;
  const fenced = { ...manifest, epoch: manifest.epoch + 1, superseded: [...manifest.superseded, ...orphans] };
  await store.swapManifest(fenced, etag);
  return (await removeSuperseded(store)).manifest;
}

async function removeSuperseded(store: HourStore): Promise<StoredManifest> {
  const current = await store.readManifest();
  if (current === undefined)
    throw new CommitContended(`the manifest of ${store.window} was deleted meanwhile`);
  // Of an object of ours there may be an upload that nobody completes: the answer to its creation was lost.
  await store.remove(current.manifest.superseded, current.manifest.outputs);
  return current;
}

/** What is in an hour's folders and is none of the keys known. */
export function unnamed({ objects, uploads }: Listing, known: ReadonlySet<string>): Superseded[] {
  return [
    ...objects.filter(({ key }) => !known.has(key)).map(({ key }) => ({ key })),
    ...uploads.map(({ key, uploadId }) => ({ key, uploadId })),
  ];
}
