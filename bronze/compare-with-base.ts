import { HourVanished } from './errors.ts';
import type { DraftObject, HourDraft } from './hour-draft.ts';
import type { HourStore, Listing } from './hour-store.ts';
import type { HourContent, Manifest } from './manifest.ts';

/**
 * The outcome of a commit. `landed`: the hour now has our objects, or those of an earlier attempt of the same run.
 * `unchanged`: the hour already had the same lines. `outdated`: the hour has data that was fetched after ours.
 */
export type Outcome = 'landed' | 'unchanged' | 'outdated';

/** An hour that has this manifest; `listing` is a LIST made since the manifest was read, if there was one. */
export interface KeptHour {
  readonly outcome: Outcome;
  readonly manifest: Manifest;
  readonly listing?: Listing;
}

/** True when a LIST shows every object that the manifest names, with its size. */
export function isWhole({ outputs }: Manifest, { objects }: Listing): boolean {
  const bytesOf = new Map(objects.map(({ key, bytes }) => [key, bytes]));
  return outputs.every(({ key, bytes }) => bytesOf.get(key) === bytes);
}

/**
 * Step 2 of the commit protocol. Returns the hour as it stays if there is nothing to land, else undefined.
 * @throws HourVanished; the typed errors of storage-errors.ts
 */
export async function compareWithBase(
  store: HourStore,
  draft: HourDraft,
  base: Manifest,
): Promise<KeptHour | undefined> {
  const isOurs = base.runId === draft.content.runId;
  if ((isOurs || !draft.force) && holdsDraft(base, draft)) {
    // If an object is missing, ours replace all of them, whenever they were fetched.
    const listing = await store.list(base);
    if (!isWhole(base, listing)) return undefined;
    return { outcome: isOurs ? 'landed' : 'unchanged', manifest: base, listing };
  }
  if (base.source.fetchedAt > draft.content.source.fetchedAt) return { outcome: 'outdated', manifest: base };
  refuseVanished(draft.content, base);
  return undefined;
}

/**
 * A 404 for an hour that has lines is not newer data: the data expired, the keys are of another project, or Amplitude
 * has a fault. It must not replace the lines. `also`: what else the message says, in words that follow `and`.
 * @throws HourVanished
 */
export function refuseVanished(
  { source, window }: Pick<HourContent, 'source' | 'window'>,
  base: Manifest,
  also?: string,
): void {
  if (source.httpStatus !== 404 || base.status === 'empty') return;
  const more = also === undefined ? '' : `, and ${also}`;
  throw new HourVanished(
    `Amplitude has no data (404) for ${window}, which landed with ${base.events} events${more}; nothing was changed`,
  );
}

function holdsDraft(base: Manifest, { content, objects }: HourDraft): boolean {
  const hasFormat = ({ format }: DraftObject): boolean =>
    base.outputs.some((output) => output.format === format);
  return sameLines(content, base) && objects.every(hasFormat);
}

/**
 * True when the hour already has these lines. The digest covers rejected lines too. A new MAX_LINE_BYTES can turn a
 * rejected line into an event without changing the digest, so the counts are compared as well.
 */
export function sameLines(content: HourContent, base: Manifest): boolean {
  return (
    base.digest === content.digest && base.events === content.events && base.rejected === content.rejected
  );
}
