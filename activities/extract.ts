import { join } from 'node:path';
import { checkArchive } from '../amplitude/check-archive.ts';
import { requestHour, type Answer } from '../amplitude/client.ts';
import { download } from '../amplitude/download.ts';
import { HourNotDue, RateLimited } from '../amplitude/errors.ts';
import { findCommit } from '../bronze/commit.ts';
import type { ManifestSource } from '../bronze/manifest.ts';
import type { Checksums } from '../core/checksum.ts';
import { hourStartMs, type HourWindow } from '../core/hour-window.ts';
import type { HourFolder } from '../work-dir/hour-folders.ts';
import { runAttempt, type Attempt } from './attempt.ts';
import type { HourInput } from './hour-input.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { storeOf, uploadedBy, type Uploaded } from './uploaded.ts';
import { ARCHIVE_FILE } from './work-files.ts';

/**
 * The result of extract: an archive in a work folder of this worker, whose `workerTaskQueue` takes parse and upload, with
 * its checksums; or no data, and so no folder.
 */
export type Extracted = {
  readonly workerTaskQueue: string;
  /** The hour has already landed in an earlier round, whose worker was lost before it could report it. */
  readonly landed?: Uploaded;
  readonly source: ManifestSource;
} & ({ readonly folder: string; readonly archive: Checksums } | { readonly folder: null });

/**
 * Requests one hour from the Export API, stores the answer on this worker's disk and checks every member of it. It
 * acquires one of the worker's slots before the request; the slot is held as long as the files are.
 */
export async function extract(dependencies: ActivityDependencies, input: HourInput): Promise<Extracted> {
  const { hourFolders } = dependencies.workDir;
  return runAttempt(dependencies, input, async (attempt) => {
    const mayHaveLanded = input.round > 1 && input.knowsLanded === true;
    const landed = mayHaveLanded ? await landedEarlier(dependencies, input.window, attempt) : undefined;
    if (landed !== undefined) return landed;
    const folder = await attempt.waitOutsideBudget('own', 'waiting for a slot on this worker', () =>
      hourFolders.acquire(input.window, attempt.signal),
    );
    let keep = false;
    try {
      const { source, archive } = await hourFolders.use(folder.name, () =>
        fetchHour(dependencies, input, attempt, folder),
      );
      const { workerTaskQueue } = dependencies;
      if (archive === undefined) return { workerTaskQueue, source, folder: null };
      keep = true;
      return { workerTaskQueue, source, archive, folder: folder.name };
    } finally {
      if (!keep) await hourFolders.release(folder.name);
    }
  });
}

/** Checked before another round begins: the hour may have landed, and the source may not have it any more. */
async function landedEarlier(
  dependencies: ActivityDependencies,
  window: HourWindow,
  attempt: Attempt,
): Promise<Extracted | undefined> {
  const store = storeOf(dependencies, attempt, window);
  const commit = await findCommit(store, attempt.runId);
  if (commit === undefined) return undefined;
  const { outsideWindow = 0 } = commit.manifest;
  // A workflow of an older version takes this for an hour without data, and a 404 never replaces landed lines.
  const source = { ...commit.manifest.source, httpStatus: 404, sha256: null };
  const landed = await uploadedBy(dependencies, attempt, store, { ...commit, outsideWindow });
  return { workerTaskQueue: dependencies.workerTaskQueue, folder: null, source, landed };
}

async function fetchHour(
  dependencies: ActivityDependencies,
  { window }: HourInput,
  attempt: Attempt,
  folder: HourFolder,
): Promise<{ readonly source: ManifestSource; readonly archive?: Checksums }> {
  const { source } = dependencies.settings;
  const host = new URL(source.url).host;
  const { answer, requestedMs } = await request(dependencies, window, attempt);
  const fetchedAt = new Date(requestedMs).toISOString();
  if (answer.kind === 'none') {
    refuseBeforeDue(dependencies, window, requestedMs);
    return { source: { host, httpStatus: answer.httpStatus, bytes: 0, sha256: null, fetchedAt } };
  }
  const path = join(folder.path, ARCHIVE_FILE);
  const archive = await attempt.log.time(
    { operation: 'download', item: ARCHIVE_FILE },
    () =>
      download(
        answer.body,
        path,
        (bytes) => attempt.say({ step: 'downloading', bytes }),
        attempt.signal,
        source.timeouts,
      ),
    ({ bytes }) => ({ bytes }),
  );
  const { bytes, sha256 } = archive;
  attempt.say({ step: 'checking the archive', bytes });
  await attempt.log.time({ operation: 'check-archive', item: ARCHIVE_FILE, bytes }, () =>
    checkArchive(path, attempt.signal),
  );
  return { source: { host, httpStatus: answer.httpStatus, bytes, sha256, fetchedAt }, archive };
}

/**
 * Requests the hour, after the pause that the source has asked for. `requestedMs` is the time by the server right
 * before the request: it says how new the answer is.
 */
async function request(
  { cooldown, settings }: ActivityDependencies,
  window: HourWindow,
  attempt: Attempt,
): Promise<{ readonly answer: Answer; readonly requestedMs: number }> {
  await attempt.waitOutsideBudget('source', 'waiting, as the source asked', () =>
    cooldown.wait(attempt.signal),
  );
  attempt.say({ step: 'requesting' });
  const requestedMs = await attempt.serverTime();
  try {
    const answer = await attempt.log.time(
      { operation: 'request', item: window },
      () => requestHour(settings.source, window, attempt.signal),
      ({ httpStatus }) => ({ http_status: httpStatus }),
    );
    return { answer, requestedMs };
  } catch (error) {
    if (error instanceof RateLimited) cooldown.start(error.retryAfterMs ?? 0);
    throw error;
  }
}

function refuseBeforeDue({ settings }: ActivityDependencies, window: HourWindow, requestedMs: number): void {
  const waitMs = hourStartMs(window) + settings.hourDueAfterMs - requestedMs;
  if (waitMs <= 0) return;
  throw new HourNotDue(
    `Amplitude has no data for ${window} yet (404), and the hour is not due before ${new Date(requestedMs + waitMs).toISOString()}`,
    {
      retryAfterMs: waitMs,
      httpStatus: 404,
    },
  );
}
