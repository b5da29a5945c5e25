import { join } from 'node:path';
import { checkArchive } from '../amplitude/check-archive.ts';
import { requestHour, type Answer } from '../amplitude/client.ts';
import { download } from '../amplitude/download.ts';
import { HourNotDue, RateLimited } from '../amplitude/errors.ts';
import { findCommit } from '../bronze/commit.ts';
import type { ManifestSource } from '../bronze/manifest.ts';
import { hourStartMs, type HourWindow } from '../core/hour-window.ts';
import type { HourFolder } from '../work-dir/hour-folders.ts';
import { runAttempt, type Attempt } from './attempt.ts';
import type { HourInput } from './hour-input.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { storeOf, uploadedBy, type Uploaded } from './uploaded.ts';
import { ARCHIVE_FILE } from './work-files.ts';

/**
 * What extract found: an archive in a work folder of this worker, where the hour goes on by the `workerTaskQueue`, or no
 * data and so no folder.
 */
export type Extracted = {
  readonly workerTaskQueue: string;
  /** The hour has already landed in an earlier round, whose worker was lost before it could report it. */
  readonly landed?: Uploaded;
} & (
  | { readonly folder: string; readonly source: ManifestSource & { readonly sha256: string } }
  | { readonly folder: null; readonly source: ManifestSource }
);

/**
 * Asks the Export API for one hour and keeps the answer on this worker's disk, checked to its last member. It acquires one
 * of the worker's slots before it asks, and keeps the slot with the files.
 */
export async function extract(dependencies: ActivityDependencies, input: HourInput): Promise<Extracted> {
  const { hourFolders } = dependencies.workDir;
  return runAttempt(dependencies, input, async (attempt) => {
    const mayHaveLanded = input.round > 1 && input.knowsLanded === true;
    const landed = mayHaveLanded ? await landedEarlier(dependencies, input.window, attempt) : undefined;
    if (landed !== undefined) return landed;
    const folder = await attempt.waitOffBudget('ours', 'waiting for a slot on this worker', () =>
      hourFolders.acquire(input.window, attempt.signal),
    );
    let keep = false;
    try {
      const source = await hourFolders.use(folder.name, () =>
        fetchHour(dependencies, input, attempt, folder),
      );
      const { sha256 } = source;
      const { workerTaskQueue } = dependencies;
      if (sha256 === null) return { workerTaskQueue, source, folder: null };
      keep = true;
      return { workerTaskQueue, source: { ...source, sha256 }, folder: folder.name };
    } finally {
      if (!keep) await hourFolders.release(folder.name);
    }
  });
}

/** Asked before a further round begins: the source may not have the hour any more, and a landed hour is no failed one. */
async function landedEarlier(
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
  return { workerTaskQueue: dependencies.workerTaskQueue, folder: null, source, landed };
}

async function fetchHour(
  dependencies: ActivityDependencies,
  { window }: HourInput,
  attempt: Attempt,
  folder: HourFolder,
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
        source.timeouts,
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
  { cooldown, settings }: ActivityDependencies,
  window: HourWindow,
  attempt: Attempt,
): Promise<{ readonly answer: Answer; readonly askedMs: number }> {
  await attempt.waitOffBudget('asked', 'waiting, as the source asked', () => cooldown.wait(attempt.signal));
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
    if (error instanceof RateLimited) cooldown.start(error.retryAfterMs ?? 0);
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
