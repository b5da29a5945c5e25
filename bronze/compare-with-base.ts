import type { CommonManifest } from './common-manifest.ts';
import type { Landing } from './landing.ts';
import type { Listing, ManifestStore } from './manifest-store.ts';

/**
 * The outcome of a commit. `landed`: our objects are in place, or those of an earlier attempt of the same run.
 * `unchanged`: the same content had already landed. `outdated`: what has landed was fetched after ours.
 */
export type Outcome = 'landed' | 'unchanged' | 'outdated';

/** What has landed with this manifest; `listing` is a LIST made since the manifest was read, if there was one. */
export interface Kept<M extends CommonManifest> {
  readonly outcome: Outcome;
  readonly manifest: M;
  readonly listing?: Listing;
}

/** True when a LIST shows every object that the manifest names, with its size. */
export function isWhole({ outputs }: CommonManifest, { objects }: Listing): boolean {
  const bytesOf = new Map(objects.map(({ key, bytes }) => [key, bytes]));
  return outputs.every(({ key, bytes }) => bytesOf.get(key) === bytes);
}

/**
 * Step 2 of the commit protocol. Returns what has landed if it is to stay, else undefined.
 * @throws what `refuse` of the landing throws; the typed errors of storage-errors.ts
 */
export async function compareWithBase<M extends CommonManifest>(
  store: ManifestStore<M>,
  landing: Landing<M>,
  base: M,
): Promise<Kept<M> | undefined> {
  const isOurs = base.runId === landing.runId;
  if ((isOurs || !landing.force) && holds(base, landing)) {
    // If an object is missing, ours replace all of them, whenever they were fetched.
    const listing = await store.list(base);
    if (!isWhole(base, listing)) return undefined;
    return { outcome: isOurs ? 'landed' : 'unchanged', manifest: base, listing };
  }
  if (base.source.fetchedAt > landing.fetchedAt) return { outcome: 'outdated', manifest: base };
  landing.refuse(base);
  return undefined;
}

function holds<M extends CommonManifest>(base: M, { isSame, objects }: Landing<M>): boolean {
  const formats = new Set<string>(base.outputs.map(({ format }) => format));
  return isSame(base) && objects.every(({ format }) => formats.has(format));
}
