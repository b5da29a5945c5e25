import type { Commit } from '../bronze/commit.ts';
import type { Outcome } from '../bronze/compare-with-base.ts';
import { HourStore } from '../bronze/hour-store.ts';
import { formats } from '../bronze/keys.ts';
import type { Manifest } from '../bronze/manifest.ts';
import { notAmong } from '../bronze/remove-orphans.ts';
import { messageOf } from '../core/errors.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { Attempt } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { observedBy } from './observe-storage.ts';

/** The result of an hour's upload; sizes in bytes. */
export interface Uploaded {
  readonly outcome: Outcome;
  readonly status: Manifest['status'];
  readonly revision: number;
  /**
   * The hour's number of events before this landing changed its lines; null when it had not landed, or none changed.
   */
  readonly eventsBefore: number | null;
  readonly events: number;
  readonly rejected: number;
  /** Events whose `server_upload_time` is a time outside the window; absent from workers of older versions. */
  readonly outsideWindow?: number;
  readonly bytes: number;
  readonly objects: number;
  /** What the storage did not remove; absent when nothing is left. */
  readonly notRemoved?: NotRemoved;
}

/** Objects and unfinished uploads that should be gone and are still there: how many could be listed, and why. */
export interface NotRemoved {
  readonly objects: number;
  readonly reason: string;
}

/** The hour's objects in the bucket. Every operation on them goes into the attempt's log and heartbeats. */
export function storeOf(
  { settings, producer }: ActivityDependencies,
  attempt: Attempt,
  window: HourWindow,
): HourStore {
  const { prefix } = settings.bucket;
  return new HourStore(attempt.bucket, prefix, window, producer, {
    formats: formats.filter((format) => format !== 'parquet' || settings.wantedOutputs.includes('parquet')),
    observe: observedBy(attempt),
  });
}

/**
 * The result of a commit, for the run. A landed hour must not count as failed: when superseded objects cannot be
 * removed, this attempt fails only if another one follows, which finds the hour landed and may remove them. The last
 * attempt reports them instead.
 * @throws the error with which the storage refused to remove objects
 */
export async function uploadedBy(
  { settings }: ActivityDependencies,
  attempt: Attempt,
  store: HourStore,
  { outcome, manifest, outsideWindow, notRemoved }: Commit<Manifest> & { readonly outsideWindow: number },
): Promise<Uploaded> {
  if (notRemoved !== undefined && attempt.isRetried(notRemoved)) throw notRemoved;
  const { status, revision, events, rejected, outputs } = manifest;
  attempt.log.add({ operation: 'commit', item: manifest.attemptId, events, outcome: 'ok', detail: outcome });
  return {
    outcome,
    status,
    revision,
    eventsBefore: outcome === 'landed' ? manifest.eventsBefore : null,
    events,
    rejected,
    outsideWindow,
    bytes: outputs.reduce((sum, output) => sum + output.bytes, 0),
    objects: outputs.length,
    ...(notRemoved !== undefined && {
      notRemoved: {
        objects: await countLeft(store, manifest),
        reason: settings.redact(messageOf(notRemoved)),
      },
    }),
  };
}

/** How many objects and unfinished uploads of the hour its manifest does not name; 0 when they cannot be listed. */
async function countLeft(store: HourStore, manifest: Manifest): Promise<number> {
  const named = new Set(manifest.outputs.map(({ key }) => key));
  return store.list(manifest).then(
    (listing) => notAmong(listing, named).length,
    () => 0,
  );
}
