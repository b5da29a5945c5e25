import { join } from 'node:path';
import { EMPTY_DIGEST } from '../amplitude/digest.ts';
import type { ParsedHour } from '../amplitude/parsed-hour.ts';
import { commitHour, type Commit, type HourDraft } from '../bronze/commit.ts';
import { ChecksumMismatch } from '../bronze/errors.ts';
import { HourStore } from '../bronze/hour-store.ts';
import type { HourContent, Manifest, ManifestSource } from '../bronze/manifest.ts';
import { settleHour, unnamed } from '../bronze/settle-hour.ts';
import { messageOf } from '../core/errors.ts';
import type { Redact } from '../core/redact.ts';
import { runAttempt, type Attempt, type HourInput } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { ARCHIVE_FILE, readParsed, refuseAltered } from './work-files.ts';

/** Where an hour stands once its upload is done; sizes in bytes. */
export interface Uploaded {
  readonly outcome: Commit['outcome'];
  readonly status: Manifest['status'];
  readonly revision: number;
  /** How many events the hour had before this landing changed its lines; null when it had not landed, or none changed. */
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

/** Lands the hour in the bucket by the commit protocol, then removes its work files and frees the host's place. */
export async function upload(
  dependencies: ActivityDependencies,
  input: HourInput & {
    readonly folder: string | null;
    readonly source: ManifestSource;
    /** Land the hour even if it holds the same lines. */
    readonly anew?: boolean;
  },
): Promise<Uploaded> {
  const { folders } = dependencies.host;
  const { folder, source, window, anew = false } = input;
  return runAttempt(dependencies, input, async (attempt) => {
    const { workflowId, runId } = attempt;
    const content = { window, source, workflowId, runId };
    if (folder === null)
      return land(dependencies, attempt, { content: { ...content, ...NOTHING }, objects: [], anew });
    const uploaded = await folders.use(folder, async ({ path }) =>
      land(dependencies, attempt, {
        ...draftFrom(await readParsed(path), path, content, dependencies.settings.keepRaw),
        anew,
      }),
    );
    await folders.discard(folder);
    return uploaded;
  });
}

const NOTHING = {
  members: [],
  events: 0,
  rejected: 0,
  outsideWindow: 0,
  digest: EMPTY_DIGEST,
  firstUploadTime: null,
  lastUploadTime: null,
} as const;

async function land(
  dependencies: ActivityDependencies,
  attempt: Attempt,
  draft: HourDraft,
): Promise<Uploaded> {
  const { settings, producer } = dependencies;
  const store = new HourStore(
    attempt.bucket,
    settings.bucket.prefix,
    draft.content.window,
    producer,
    ({ name, ...what }, run, measure) => {
      attempt.say({ step: name });
      return attempt.log.time({ operation: name, ...what }, run, measure);
    },
  );
  const commit = await commitHour(store, draft).catch(async (error: unknown) => {
    if (attempt.isGivenUp()) await settleLate(store);
    if (error instanceof ChecksumMismatch) await refuseAltered(draft.objects);
    throw error;
  });
  const { outcome, manifest } = commit;
  const notRemoved = await leftBehind(store, attempt, commit, settings.redact);
  const { status, revision, events, rejected, outputs } = manifest;
  attempt.log.add({ operation: 'commit', item: manifest.token, events, outcome: 'ok', detail: outcome });
  const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
  const eventsBefore = outcome === 'landed' ? manifest.eventsBefore : null;
  // Where the lines are ours the count is too: a manifest of an older version has none.
  const { outsideWindow = 0 } = outcome === 'outdated' ? manifest : draft.content;
  return {
    outcome,
    status,
    revision,
    eventsBefore,
    events,
    rejected,
    outsideWindow,
    bytes,
    objects: outputs.length,
    ...notRemoved,
  };
}

/**
 * What the hour, which has landed, has left behind. Where the next attempt may do better this one fails, and the next
 * finds the hour landed and removes the rest; the last one tells of it, since a landed hour is no failed one.
 */
async function leftBehind(
  store: HourStore,
  attempt: Attempt,
  { manifest, notRemoved }: Commit,
  redact: Redact,
): Promise<Pick<Uploaded, 'notRemoved'>> {
  if (notRemoved === undefined) return {};
  if (attempt.isTriedAgain(notRemoved)) throw notRemoved;
  const named = new Set(manifest.outputs.map(({ key }) => key));
  const objects = await store.list().then(
    (listing) => unnamed(listing, named).length,
    () => 0,
  );
  return { notRemoved: { objects, reason: redact(messageOf(notRemoved)) } };
}

/**
 * An attempt that was given up, and was at work all the same, may be the last to touch the hour: nobody else would take
 * away what its swap superseded, or what it could not take away itself once it had lost. Without a manifest the next
 * attempt to land the hour does so.
 */
async function settleLate(store: HourStore): Promise<void> {
  await settleHour(await store.forClearingUp()).catch(() => undefined);
}

function draftFrom(
  hour: ParsedHour,
  folder: string,
  content: Pick<HourContent, 'window' | 'source' | 'workflowId' | 'runId'>,
  keepRaw: boolean,
): HourDraft {
  const { members, events, rejected, outsideWindow, digest, firstUploadTime, lastUploadTime } = hour;
  const { raw, parts } = hour;
  const archive = {
    format: 'raw',
    index: 0,
    file: join(folder, ARCHIVE_FILE),
    start: 0,
    events: 0,
    ...raw,
  } as const;
  return {
    content: {
      ...content,
      members,
      events,
      rejected,
      outsideWindow,
      digest,
      firstUploadTime,
      lastUploadTime,
    },
    objects: keepRaw ? [archive, ...parts] : parts,
  };
}
