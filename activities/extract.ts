import { join } from 'node:path';
import { checkArchive } from '../amplitude/check-archive.ts';
import { requestHour, type Answer } from '../amplitude/client.ts';
import { download } from '../amplitude/download.ts';
import { HourNotDue, RateLimited } from '../amplitude/errors.ts';
import { findCommit } from '../bronze/commit.ts';
import type { ManifestSource } from '../bronze/manifest.ts';
import { hourStartMs, type HourWindow } from '../core/hour-window.ts';
import type { WorkFolder } from '../host/work-folders.ts';
import { runAttempt, type Attempt } from './attempt.ts';
import type { HourInput } from './hour-input.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { storeOf, uploadedBy, type Uploaded } from './uploaded.ts';
import { ARCHIVE_FILE } from './work-files.ts';

/**
 * What extract found: an archive in a work folder of this host, where the hour goes on by its `hostTaskQueue`, or no
 * data and so no folder.
 */
export type Extracted = {
  readonly hostTaskQueue: string;
  /** The hour has landed already, in a pass before: its host was lost before it could tell. */
  readonly landed?: Uploaded;
} & (
  | { readonly folder: string; readonly source: ManifestSource & { readonly sha256: string } }
  | { readonly folder: null; readonly source: ManifestSource }
);

/**
 * Asks the Export API for one hour and keeps the answer on this host's disk, checked to its last member.
 * It waits for one of the host's places before it asks, and keeps the place with the files.
 */
export async function extract(dependencies: ActivityDependencies, input: HourInput): Promise<Extracted> {
  const { folders } = dependencies.host;
  return runAttempt(dependencies, input, async (attempt) => {
    const mayHaveLanded = input.pass > 1 && input.knowsLanded === true;
    const landed = mayHaveLanded ? await landedBefore(dependencies, input.window, attempt) : undefined;
    if (landed !== undefined) return landed;
    const folder = await attempt.waitFor('ours', 'waiting for a place on this host', () =>
      folders.admit(input.window, attempt.signal),
    );
    let keep = false;
    try {
      const source = await folders.use(folder.name, () => fetchHour(dependencies, input, attempt, folder));
      const { sha256 } = source;
      const { hostTaskQueue } = dependencies;
      if (sha256 === null) return { hostTaskQueue, source, folder: null };
      keep = true;
      return { hostTaskQueue, source: { ...source, sha256 }, folder: folder.name };
    } finally {
      if (!keep) await folders.discard(folder.name);
    }
  });
}

/** Asked before a further pass begins: the source may not have the hour any more, and a landed hour is no failed one. */
async function landedBefore(
  dependencies: ActivityDependencies,
  window: HourWindow,
  attempt: Attempt,
): Promise<Extracted | undefined> {
  const store = storeOf(dependencies, attempt, window);
  const commit = await findCommit(store, attempt.runId);
  if (commit === undefined) return undefined;
  const { outsideWindow = 0 } = commit.manifest;
  // A workflow that has gone back to an older version takes this for an hour without data: a 404 replaces no lines.
  const source = { ...commit.manifest.source, httpStatus: 404, sha256: null };
  const landed = await uploadedBy(dependencies, attempt, store, { ...commit, outsideWindow });
  return { hostTaskQueue: dependencies.hostTaskQueue, folder: null, source, landed };
}

async function fetchHour(
  dependencies: ActivityDependencies,
  { window }: HourInput,
  attempt: Attempt,
  folder: WorkFolder,
): Promise<ManifestSource> {
  const { source } = dependencies.settings;
  const host = new URL(source.url).host;
  const { answer, askedMs } = await ask(dependencies, window, attempt);
  const fetchedAt = new Date(askedMs).toISOString();
  if (answer.kind === 'none') {
    refuseBeforeDue(dependencies, window, askedMs);
    return { host, httpStatus: answer.httpStatus, bytes: 0, sha256: null, fetchedAt };
  }
  const archive = join(folder.path, ARCHIVE_FILE);
  const { bytes, sha256 } = await attempt.log.time(
    { operation: 'download', item: ARCHIVE_FILE },
    () =>
      download(
        answer.body,
        archive,
        (bytes) => attempt.say({ step: 'downloading', bytes }),
        attempt.signal,
        source.patience,
      ),
    ({ bytes }) => ({ bytes }),
  );
  attempt.say({ step: 'checking the archive', bytes });
  await attempt.log.time({ operation: 'check-archive', item: ARCHIVE_FILE, bytes }, () =>
    checkArchive(archive, attempt.signal),
  );
  return { host, httpStatus: answer.httpStatus, bytes, sha256, fetchedAt };
}

/** Asks for the hour once no wait is left. `askedMs`, the server's time right before, says how new the answer is. */
async function ask(
  { host, settings }: ActivityDependencies,
  window: HourWindow,
  attempt: Attempt,
): Promise<{ readonly answer: Answer; readonly askedMs: number }> {
  await attempt.waitFor('asked', 'waiting, as the source asked', () => host.cooldown.wait(attempt.signal));
  attempt.say({ step: 'requesting' });
  const askedMs = await attempt.serverTime();
  try {
    const answer = await attempt.log.time(
      { operation: 'request', item: window },
      () => requestHour(settings.source, window, attempt.signal),
      ({ httpStatus }) => ({ http_status: httpStatus }),
    );
    return { answer, askedMs };
  } catch (error) {
    if (error instanceof RateLimited) host.cooldown.start(error.retryAfterMs ?? 0);
    throw error;
  }
}

function refuseBeforeDue({ settings }: ActivityDependencies, window: HourWindow, askedMs: number): void {
  const waitMs = hourStartMs(window) + settings.hourDueAfterMs - askedMs;
  if (waitMs <= 0) return;
  throw new HourNotDue(
    `Amplitude has no data for ${window} yet (404), and the hour is not due before ${new Date(askedMs + waitMs).toISOString()}`,
    {
      retryAfterMs: waitMs,
      httpStatus: 404,
    },
  );
}
