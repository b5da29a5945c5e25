import type { Commit } from '../bronze/commit.ts';
import { HourStore } from '../bronze/hour-store.ts';
import type { Manifest } from '../bronze/manifest.ts';
import { notAmong } from '../bronze/remove-orphans.ts';
import { messageOf } from '../core/errors.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { Attempt } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Where an hour stands once its upload is done; sizes in bytes. */
export interface Uploaded {
  readonly outcome: Commit['outcome'];
  readonly status: Manifest['status'];
  readonly revision: number;
  /** How many events the hour already landed this landing changed its lines; null when it had not landed, or none changed. */
  readonly eventsBefore: number | null;
  readonly events: number;
  readonly rejected: number;
  /** Events whose `server_upload_time` is a time outside the window; a worker of an older version does not tell. */
  readonly outsideWindow?: number;
  readonly bytes: number;
  readonly objects: number;
  /** What landed hours leave behind where the storage removes nothing; absent when nothing is left. */
  readonly notRemoved?: NotRemoved;
}

/** Objects and unfinished uploads that had to go and are still there: as many as could be listed, and why. */
export interface NotRemoved {
  readonly objects: number;
  readonly reason: string;
}

/** The hour's place in the bucket, whose operations are told in the attempt's log and heartbeats. */
export function storeOf(
  { settings, producer }: ActivityDependencies,
  attempt: Attempt,
  window: HourWindow,
): HourStore {
  const { prefix } = settings.bucket;
  return new HourStore(attempt.bucket, prefix, window, producer, ({ name, ...what }, run, measure) => {
    attempt.say({ step: name });
    return attempt.log.time({ operation: name, ...what }, run, measure);
  });
}

/**
 * What a commit came to, for the run. An hour that has landed is no failed one: where what it superseded cannot be
 * removed this attempt fails only if the next one may do better, and finds the hour landed; the last one tells of it.
 * @throws the error that the storage refused to remove objects with
 */
export async function uploadedBy(
  { settings }: ActivityDependencies,
  attempt: Attempt,
  store: HourStore,
  { outcome, manifest, outsideWindow, notRemoved }: Commit & { readonly outsideWindow: number },
): Promise<Uploaded> {
  if (notRemoved !== undefined && attempt.isTriedAgain(notRemoved)) throw notRemoved;
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

/** How many objects and unfinished uploads are in the hour's folders beyond what its manifest names; 0 if nobody tells. */
async function countLeft(store: HourStore, { outputs }: Manifest): Promise<number> {
  const named = new Set(outputs.map(({ key }) => key));
  return store.list().then(
    (listing) => notAmong(listing, named).length,
    () => 0,
  );
}
