import { setTimeout as sleep } from 'node:timers/promises';
import { ExportError } from '../core/errors.ts';
import type { CommonManifest, FormatOf, Output } from './common-manifest.ts';
import { compareAndSwap } from './compare-and-swap.ts';
import { compareWithBase, isWhole, type Kept, type Outcome } from './compare-with-base.ts';
import { BucketDenied, CommitContended, ManifestUnreadable } from './errors.ts';
import { newAttemptId } from './keys.ts';
import type { DraftObject, Landing } from './landing.ts';
import type { ManifestStore, StoredManifest } from './manifest-store.ts';
import { removeOrphansOf } from './remove-orphans.ts';

/** The result of a commit. */
export interface Commit<M extends CommonManifest> {
  readonly outcome: Outcome;
  readonly manifest: M;
  /** Why superseded objects are still in the bucket. The objects have landed all the same. */
  readonly notRemoved?: ExportError;
}

const TRIES = 8;

/**
 * Lands objects, then the manifest that names them, by compare-and-swap on the manifest's ETag. Any number of attempts
 * on the same manifest, at once or one after another, killed or not, leave one manifest and the objects that it names.
 *
 * It needs neither clocks nor locks. Every attempt has an id, which all its keys carry, so no two attempts write the
 * same key. Every attempt reads the manifest (its base) before its first PUT, and swaps only against that base. So the
 * objects of our base can be removed once our swap has won. A foreign key in a LIST after it belongs to an attempt whose
 * base was read before that LIST: one more swap, of the epoch, makes that attempt lose, and its objects can be removed.
 *
 * The step numbers are those of docs/decisions/0001-commit-protocol.md; put-object.ts stores one object.
 * @throws CommitContended when other attempts won every time; what `refuse` of the landing throws; the typed errors of
 *   storage-errors.ts
 */
export async function commit<M extends CommonManifest>(
  store: ManifestStore<M>,
  landing: Landing<M>,
): Promise<Commit<M>> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const base = await store.readManifest(); // 1
    const kept = base === undefined ? undefined : await compareWithBase(store, landing, base.manifest); // 2
    if (kept !== undefined) return finish(store, kept);
    const manifest = await landObjects(store, landing, base);
    if (manifest !== undefined) return finish(store, { outcome: 'landed', manifest });
    await sleep(Math.random() * 50 * tries);
  }
  throw new CommitContended(`other attempts on ${store.name} won ${TRIES} times in a row`);
}

/** Step 5. Objects that the storage refuses to remove cost storage, but ours have landed. */
async function finish<M extends CommonManifest>(
  store: ManifestStore<M>,
  { outcome, manifest, listing }: Kept<M>,
): Promise<Commit<M>> {
  try {
    const now = await removeOrphansOf(store, manifest, listing);
    return { outcome, manifest: outcome === 'landed' ? manifest : now };
  } catch (error) {
    const isLanded = !(error instanceof CommitContended || error instanceof ManifestUnreadable);
    if (!(error instanceof ExportError) || !isLanded) throw error;
    return { outcome, manifest, notRemoved: error };
  }
}

/**
 * The commit of an earlier attempt of the same run, whose worker was lost before it could report it. Does step 5 for
 * it. Undefined when there is no such commit, or when one of its objects is missing.
 * @throws as `commit`
 */
export async function findCommit<M extends CommonManifest>(
  store: ManifestStore<M>,
  runId: string,
): Promise<Commit<M> | undefined> {
  const stored = await store.readManifest();
  if (stored === undefined || stored.manifest.runId !== runId) return undefined;
  const { manifest } = stored;
  const listing = await store.list(manifest);
  return isWhole(manifest, listing) ? finish(store, { outcome: 'landed', manifest, listing }) : undefined;
}

/** Steps 3 and 4. Returns the manifest if the swap was won, undefined if it was lost. */
async function landObjects<M extends CommonManifest>(
  store: ManifestStore<M>,
  landing: Landing<M>,
  base: StoredManifest<M> | undefined,
): Promise<M | undefined> {
  const attemptId = newAttemptId();
  const outputs = landing.objects.map((object) => outputOf(store, object, attemptId));
  if (!(await storeObjects(store, landing, outputs))) return undefined;
  const manifest = landing.manifestOf(
    {
      revision: (base?.manifest.revision ?? 0) + 1,
      epoch: 0,
      attemptId,
      outputs,
      superseded: (base?.manifest.outputs ?? []).map(({ key }) => ({ key })),
      createdAt: new Date().toISOString(),
      producer: store.producer,
    },
    base?.manifest,
  );
  const swap = await compareAndSwap(store, manifest, base?.etag); // 4
  if (swap.kind === 'won') return manifest;
  // If the swap may still arrive, the objects stay. The next attempt that swaps makes it fail, and removes them.
  if (swap.kind !== 'unknown') await removeOwn(store, outputs);
  if (swap.kind !== 'lost') throw swap.error;
  return undefined;
}

/** If deleting is not allowed, our objects stay as orphans. They cost storage, but the next ones land. */
async function removeOwn<M extends CommonManifest>(
  store: ManifestStore<M>,
  outputs: readonly { readonly key: string }[],
): Promise<void> {
  try {
    await store.remove(outputs);
  } catch (error) {
    if (!(error instanceof BucketDenied)) throw error;
  }
}

/** Step 3. Returns false when another attempt has won already, and has removed one of the objects. */
async function storeObjects<M extends CommonManifest>(
  store: ManifestStore<M>,
  landing: Landing<M>,
  outputs: readonly { readonly key: string }[],
): Promise<boolean> {
  const puts = landing.objects.map((source, index) => ({ source, key: outputs[index]?.key ?? '' }));
  try {
    await store.putObjects(puts);
    return true;
  } catch (error) {
    // No manifest names them before the swap, so they can be removed.
    await store.discard(outputs);
    if (error instanceof CommitContended) return false;
    throw error;
  }
}

function outputOf<M extends CommonManifest>(
  store: ManifestStore<M>,
  object: DraftObject<FormatOf<M>>,
  attemptId: string,
): Output<FormatOf<M>> {
  const { format, bytes, sha256, crc64nvme, events, badValues } = object;
  const key = store.keyOf(object, attemptId);
  return { key, format, bytes, sha256, crc64nvme, events, ...(badValues && { badValues }) };
}
