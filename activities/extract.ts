import { findCommit } from '../bronze/commit.ts';
import { refuseVanished } from '../bronze/commit-hour.ts';
import type { ManifestSource } from '../bronze/manifest.ts';
import type { Checksums } from '../core/checksum.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { runAttempt, type Attempt } from './attempt.ts';
import { fetchArchive } from './fetch-archive.ts';
import type { HourInput } from './hour-input.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { readRawArchive } from './read-raw-archive.ts';
import { storeOf, uploadedBy, type Uploaded } from './uploaded.ts';

/** Which hour to extract, and where from. */
export interface ExtractInput extends HourInput {
  /**
   * Take the raw archive that the hour has in the bucket, and ask the source only if that is missing or damaged. By
   * default the source is asked.
   */
  readonly rawFirst?: true;
}

/**
 * The result of extract: an archive in a work folder of this worker, whose `workerTaskQueue` takes parse and upload, with
 * its checksums; or no data, and so no folder.
 */
export type Extracted = {
  readonly workerTaskQueue: string;
  /** The hour has already landed in an earlier round, whose worker was lost before it could report it. */
  readonly landed?: Uploaded;
  readonly source: ManifestSource;
} & (
  | { readonly folder: null }
  | {
      readonly folder: string;
      readonly archive: Checksums;
      /** The archive is the one that the hour has in the bucket. */
      readonly fromBucket?: true;
    }
);

/**
 * Gets the archive of one hour onto this worker's disk, from the Export API or from the bucket, and checks all of it. It
 * acquires one of the worker's slots before; the slot is held as long as the files are.
 */
export async function extract(dependencies: ActivityDependencies, input: ExtractInput): Promise<Extracted> {
  const { hourFolders } = dependencies.workDir;
  return runAttempt(dependencies, input, async (attempt) => {
    const mayHaveLanded = input.round > 1 && input.knowsLanded === true;
    const landed = mayHaveLanded ? await landedEarlier(dependencies, input.window, attempt) : undefined;
    if (landed !== undefined) return landed;
    const folder = await attempt.waitOutsideBudget('own', 'waiting for a slot on this worker', () =>
      hourFolders.acquire(input.window, attempt.signal, {
        priorityKey: attempt.priorityKey,
        owner: `${attempt.runId} ${input.window}`,
      }),
    );
    let keep = false;
    try {
      const { source, archive, ...origin } = await hourFolders.use(folder.name, ({ path }) =>
        obtainArchive(dependencies, input, attempt, path),
      );
      const { workerTaskQueue } = dependencies;
      if (archive === undefined) return { workerTaskQueue, source, folder: null };
      keep = true;
      return { workerTaskQueue, source, archive, folder: folder.name, ...origin };
    } finally {
      if (!keep) await hourFolders.release(folder.name);
    }
  });
}

/** An hour's archive in its work folder; without an `archive` the source has no data. */
interface Obtained {
  readonly source: ManifestSource;
  readonly archive?: Checksums;
  readonly fromBucket?: true;
}

/** @throws HourVanished when neither the bucket nor the source has the archive of an hour that landed with lines */
async function obtainArchive(
  dependencies: ActivityDependencies,
  { window, rawFirst }: ExtractInput,
  attempt: Attempt,
  folder: string,
): Promise<Obtained> {
  if (rawFirst !== true) return fetchArchive(dependencies, window, attempt, folder);
  const raw = await readRawArchive(dependencies, window, attempt, folder);
  if (raw.kind === 'whole') return { source: raw.source, archive: raw.archive, fromBucket: true };
  const fetched = await fetchArchive(dependencies, window, attempt, folder);
  // The upload would refuse it, too, but could not say what is wrong with the raw archive.
  if (raw.base !== undefined) refuseVanished({ window, source: fetched.source }, raw.base, raw.problem);
  return fetched;
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
