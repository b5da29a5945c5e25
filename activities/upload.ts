import { join } from 'node:path';
import { EMPTY_DIGEST } from '../amplitude/digest.ts';
import type { ParsedHour } from '../amplitude/parsed-hour.ts';
import { commitHour } from '../bronze/commit-hour.ts';
import { ChecksumMismatch } from '../bronze/errors.ts';
import type { HourDraft } from '../bronze/hour-draft.ts';
import type { HourContent, ManifestSource } from '../bronze/manifest.ts';
import { WorkFilesLost } from '../core/file-errors.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { runAttempt, type Attempt } from './attempt.ts';
import type { HourInput } from './hour-input.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { removeOrphansLate } from './remove-orphans-late.ts';
import { storeOf, uploadedBy, type Uploaded } from './uploaded.ts';
import { ARCHIVE_FILE, readParsed, refuseAltered } from './work-files.ts';

/** Lands the hour in the bucket by the commit protocol, then removes its work files and releases its slot. */
export async function upload(
  dependencies: ActivityDependencies,
  input: HourInput & {
    readonly folder: string | null;
    readonly source: ManifestSource;
    /** Land the hour even if its lines are unchanged. */
    readonly force?: true;
    /** The archive is the one that the hour has in the bucket. It stays there, whether or not OUTPUTS asks for it. */
    readonly fromBucket?: true;
  },
): Promise<Uploaded> {
  const { hourFolders } = dependencies.workDir;
  const { folder, source, window, force = false, fromBucket = false } = input;
  return runAttempt(dependencies, input, async (attempt) => {
    const { workflowId, runId } = attempt;
    const content = { window, source, workflowId, runId };
    if (folder === null) {
      refuseWithoutFiles(window, source);
      return land(dependencies, attempt, { content: { ...content, ...NOTHING }, objects: [], force });
    }
    const withRaw = fromBucket || dependencies.settings.wantedOutputs.includes('raw');
    const uploaded = await hourFolders.use(folder, async ({ path }) =>
      land(dependencies, attempt, {
        ...draftFrom(await readParsed(path), path, content, withRaw),
        force,
      }),
    );
    await hourFolders.release(folder);
    return uploaded;
  });
}

/** Only a 404 means an hour without data. Any other answer has files, and an empty hour instead would lose them. */
function refuseWithoutFiles(window: HourWindow, { httpStatus }: ManifestSource): void {
  if (httpStatus === 404) return;
  throw new WorkFilesLost(`the answer for ${window} (${httpStatus}) came without its work files`);
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
  const store = storeOf(dependencies, attempt, draft.content.window);
  const commit = await commitHour(store, draft).catch(async (error: unknown) => {
    await removeOrphansLate(store, attempt);
    if (error instanceof ChecksumMismatch) await refuseAltered(draft.objects);
    throw error;
  });
  // Unless the hour is outdated, our count applies: the manifest of an older version has none.
  const { outsideWindow = 0 } = commit.outcome === 'outdated' ? commit.manifest : draft.content;
  return uploadedBy(dependencies, attempt, store, { ...commit, outsideWindow });
}

function draftFrom(
  hour: ParsedHour,
  folder: string,
  content: Pick<HourContent, 'window' | 'source' | 'workflowId' | 'runId'>,
  withRaw: boolean,
): HourDraft {
  const { members, events, rejected, outsideWindow, digest, firstUploadTime, lastUploadTime } = hour;
  const { raw, parts, parquet } = hour;
  const files = parquet.map((part, index) => ({ format: 'parquet', index, ...part }) as const);
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
    objects: [...(withRaw ? [archive] : []), ...parts, ...files],
  };
}
