import { join } from 'node:path';
import { CommitContended } from '../bronze/errors.ts';
import type { Manifest, ManifestSource } from '../bronze/manifest.ts';
import { readRaw } from '../bronze/read-raw.ts';
import type { Checksums } from '../core/checksum.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { Attempt } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { storeOf } from './uploaded.ts';
import { ARCHIVE_FILE } from './work-files.ts';

/** The raw archive that an hour landed with, in its work folder, and where its data came from. */
interface WholeRawArchive {
  readonly kind: 'whole';
  readonly source: ManifestSource;
  readonly archive: Checksums;
}

/** There is no raw archive, or it is damaged: `problem` says so. `base` is the hour's manifest, if it has landed. */
interface UnusableRawArchive {
  readonly kind: 'unusable';
  readonly problem: string;
  readonly base: Manifest | undefined;
}

/**
 * Reads the raw archive of a landed hour from the bucket to `folder`. Its SHA-256 proves that it is the archive that
 * was checked when the hour landed.
 * @throws CommitContended when the hour has landed again meanwhile; ManifestUnreadable; what `readRaw` throws
 */
export async function readRawArchive(
  dependencies: ActivityDependencies,
  window: HourWindow,
  attempt: Attempt,
  folder: string,
): Promise<WholeRawArchive | UnusableRawArchive> {
  const store = storeOf(dependencies, attempt, window);
  const base = (await store.readManifest())?.manifest;
  const raw = base?.outputs.find(({ format }) => format === 'raw');
  if (base === undefined || raw === undefined)
    return { kind: 'unusable', problem: 'the bucket has no raw archive of it', base };
  const read = await attempt.log.time(
    { operation: 'read-raw', item: raw.key },
    () =>
      readRaw(
        attempt.bucket,
        raw,
        join(folder, ARCHIVE_FILE),
        (bytes) => attempt.say({ step: 'reading the raw archive', bytes }),
        attempt.signal,
      ),
    (found) =>
      'damage' in found ? { outcome: 'failed', detail: found.damage } : { bytes: found.archive.bytes },
  );
  if (!('damage' in read)) return { kind: 'whole', source: base.source, archive: read.archive };
  // A newer landing removes the archive of the one before.
  if ((await store.readManifest())?.manifest.attemptId !== base.attemptId)
    throw new CommitContended(`${raw.key} was replaced while it was read: another attempt landed its hour`);
  return { kind: 'unusable', problem: `its raw archive in the bucket cannot be used (${read.damage})`, base };
}
