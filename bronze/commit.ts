import { setTimeout as sleep } from 'node:timers/promises';
import { ExportError } from '../core/errors.ts';
import { BucketDenied, CommitContended, HourVanished, ManifestUnreadable } from './errors.ts';
import type { HourStore, StoredManifest } from './hour-store.ts';
import { newAttemptId, type Format } from './keys.ts';
import { statusOf, type HourContent, type Manifest, type Output, type Superseded } from './manifest.ts';
import type { ObjectSource } from './put-object.ts';
import { notAmong, removeOrphans } from './remove-orphans.ts';
import { compareAndSwap } from './compare-and-swap.ts';

/** One object to land; it has no key yet. */
export interface DraftObject extends ObjectSource {
  readonly format: Format;
  readonly index: number;
  readonly events: number;
}

/** An hour that is ready to land. */
export interface HourDraft {
  readonly content: HourContent;
  readonly objects: readonly DraftObject[];
  /** Land the hour even if its lines are unchanged, since its objects may be damaged. */
  readonly force?: boolean;
}

/**
 * The result of a commit. `landed`: the hour now has our objects, or those of an earlier attempt of the same run.
 * `unchanged`: the hour already had the same lines. `outdated`: the hour has data that was fetched after ours.
 */
export interface Commit {
  readonly outcome: 'landed' | 'unchanged' | 'outdated';
  readonly manifest: Manifest;
  /** Why superseded objects are still in the bucket. The hour has landed all the same. */
  readonly notRemoved?: ExportError;
}

const TRIES = 8;

/**
 * Lands one hour: its objects first, then its manifest, by compare-and-swap on the manifest's ETag. Any number of
 * attempts on the same hour, at once or one after another, killed or not, leave one manifest and the objects that it
 * names.
 *
 * It needs neither clocks nor locks. Every attempt has an id, which all its keys carry, so no two attempts write the
 * same key. Every attempt reads the manifest (its base) before its first PUT, and swaps only against that base. So a
 * foreign key in our LIST before our swap belongs to an attempt whose base is not newer than ours. Once our swap has
 * won, that attempt must lose, and its objects can be removed.
 *
 * The step numbers are those of docs/decisions/0001-commit-protocol.md; put-object.ts stores one object.
 * @throws CommitContended when other attempts won every time; HourVanished; the typed errors of storage-errors.ts
 */
export async function commitHour(store: HourStore, draft: HourDraft): Promise<Commit> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const base = await store.readManifest(); // 1
    const outcome = base === undefined ? undefined : await compareWithBase(store, draft, base.manifest); // 2
    if (outcome !== undefined && base !== undefined) return finish(store, outcome, base.manifest);
    const manifest = await landObjects(store, draft, base);
    if (manifest !== undefined) return finish(store, 'landed', manifest);
    await sleep(Math.random() * 50 * tries);
  }
  throw new CommitContended(`other attempts on ${draft.content.window} won ${TRIES} times in a row`);
}

/** Step 6. Objects that the storage refuses to remove cost storage, but the hour has landed. */
async function finish(store: HourStore, outcome: Commit['outcome'], manifest: Manifest): Promise<Commit> {
  try {
    const now = await removeOrphans(store);
    return { outcome, manifest: outcome === 'landed' ? manifest : now };
  } catch (error) {
    const isLanded = !(error instanceof CommitContended || error instanceof ManifestUnreadable);
    if (!(error instanceof ExportError) || !isLanded) throw error;
    return { outcome, manifest, notRemoved: error };
  }
}

/**
 * The commit of an earlier attempt of the same run, whose worker was lost before it could report it. Does step 6 for
 * it. Undefined when there is no such commit, or when one of its objects is missing.
 * @throws as `commitHour`
 */
export async function findCommit(store: HourStore, runId: string): Promise<Commit | undefined> {
  const stored = await store.readManifest();
  if (stored === undefined || stored.manifest.runId !== runId) return undefined;
  if (!(await isWhole(store, stored.manifest))) return undefined;
  return finish(store, 'landed', stored.manifest);
}

async function isWhole(store: HourStore, { outputs }: Manifest): Promise<boolean> {
  const { objects } = await store.list();
  const bytesOf = new Map(objects.map(({ key, bytes }) => [key, bytes]));
  return outputs.every(({ key, bytes }) => bytesOf.get(key) === bytes);
}

/** Step 2. Returns the outcome if there is nothing to land, else undefined. */
async function compareWithBase(
  store: HourStore,
  draft: HourDraft,
  base: Manifest,
): Promise<Commit['outcome'] | undefined> {
  const isOurs = base.runId === draft.content.runId;
  if ((isOurs || !draft.force) && holdsDraft(base, draft)) {
    // If an object is missing, ours replace all of them, whenever they were fetched.
    if (!(await isWhole(store, base))) return undefined;
    return isOurs ? 'landed' : 'unchanged';
  }
  if (base.source.fetchedAt > draft.content.source.fetchedAt) return 'outdated';
  refuseVanished(draft.content, base);
  return undefined;
}

/**
 * A 404 for an hour that has lines is not newer data: the data expired, the keys are of another project, or Amplitude
 * has a fault. It must not replace the lines.
 */
function refuseVanished({ source, window }: HourContent, base: Manifest): void {
  if (source.httpStatus !== 404 || base.status === 'empty') return;
  throw new HourVanished(
    `Amplitude has no data (404) for ${window}, which landed with ${base.events} events; nothing was changed`,
  );
}

function holdsDraft(base: Manifest, { content, objects }: HourDraft): boolean {
  const hasFormat = ({ format }: DraftObject): boolean =>
    base.outputs.some((output) => output.format === format);
  return sameLines(content, base) && objects.every(hasFormat);
}

/**
 * The digest covers rejected lines too. A new MAX_LINE_BYTES can turn a rejected line into an event without changing
 * the digest, so the counts are compared as well.
 */
function sameLines(content: HourContent, base: Manifest): boolean {
  return (
    base.digest === content.digest && base.events === content.events && base.rejected === content.rejected
  );
}

/** Steps 3 to 5. Returns the manifest if the swap was won, undefined if it was lost. */
async function landObjects(
  store: HourStore,
  draft: HourDraft,
  base: StoredManifest | undefined,
): Promise<Manifest | undefined> {
  const attemptId = newAttemptId();
  const outputs = draft.objects.map((object) => outputOf(store, object, attemptId));
  const superseded = await storeObjects(store, draft, outputs).catch(async (error: unknown) => {
    // No manifest names them before the swap, so they can be removed.
    await store.discard(outputs);
    if (error instanceof CommitContended) return undefined;
    throw error;
  });
  if (superseded === undefined) return undefined;
  const manifest: Manifest = {
    version: 1,
    status: statusOf(draft.content),
    revision: (base?.manifest.revision ?? 0) + 1,
    epoch: 0,
    attemptId,
    ...draft.content,
    eventsBefore: base === undefined || sameLines(draft.content, base.manifest) ? null : base.manifest.events,
    outputs,
    superseded,
    createdAt: new Date().toISOString(),
    producer: store.producer,
  };
  const swap = await compareAndSwap(store, manifest, base?.etag); // 5
  if (swap.kind === 'won') return manifest;
  // If the swap may still arrive, the objects stay. The next attempt that swaps makes it fail, and lists them as
  // superseded.
  if (swap.kind !== 'unknown') await removeOwn(store, outputs);
  if (swap.kind !== 'lost') throw swap.error;
  return undefined;
}

/** If deleting is not allowed, our objects stay as orphans. They cost storage, but the hour lands. */
async function removeOwn(store: HourStore, outputs: readonly Output[]): Promise<void> {
  try {
    await store.remove(outputs);
  } catch (error) {
    if (!(error instanceof BucketDenied)) throw error;
  }
}

/** Steps 3 and 4. Returns the other objects and uploads in the hour's folders. */
async function storeObjects(
  store: HourStore,
  draft: HourDraft,
  outputs: readonly Output[],
): Promise<Superseded[]> {
  await store.putObjects(draft.objects.map((source, index) => ({ source, key: outputs[index]?.key ?? '' }))); // 3
  return notAmong(await store.list(), new Set(outputs.map(({ key }) => key))); // 4
}

function outputOf(store: HourStore, object: DraftObject, attemptId: string): Output {
  const { format, bytes, sha256, crc64nvme, events } = object;
  return { key: store.keyOf(object, attemptId), format, bytes, sha256, crc64nvme, events };
}
