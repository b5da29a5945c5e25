import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { archiveLimits } from '../../amplitude/limits.ts';
import { parseHour } from '../../amplitude/parse-hour.ts';
import type { HourObject, HourDraft } from '../../bronze/hour-draft.ts';
import { checksumFile } from '../../core/checksum.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { gzipLines, zipOf } from './archives.ts';
import { parseHere } from './parse-here.ts';
import { fetchedAt } from './s3.ts';

/**
 * An hour, ready to land, parsed from an archive with these members (lines of each); its files are in `folder`. `minute` is
 * when it was fetched.
 */
export async function parsedDraft(
  folder: string,
  window: HourWindow,
  members: readonly (readonly string[])[],
  { minute = 1, parquet = false }: { readonly minute?: number; readonly parquet?: boolean } = {},
): Promise<HourDraft> {
  const archive = join(folder, 'export.zip');
  await writeFile(archive, zipOf(members.map((lines) => ({ bytes: gzipLines(...lines) }))));
  const raw = await checksumFile(archive);
  const task = { window, archive, folder, raw, maxLineBytes: 4096, limits: archiveLimits };
  const wanted = parquet ? { ...task, parquet: { extractedAt: fetchedAt(minute) } } : task;
  const {
    parts,
    parquet: written,
    unpackedBytes: _,
    raw: __,
    ...hour
  } = await parseHour(wanted, parseHere, () => undefined, new AbortController().signal);
  const source = { host: 'example', httpStatus: 200, bytes: raw.bytes, sha256: raw.sha256 };
  const archived: HourObject = { format: 'raw', index: 0, file: archive, start: 0, events: 0, ...raw };
  return {
    content: {
      window,
      source: { ...source, fetchedAt: fetchedAt(minute) },
      ...hour,
      workflowId: 'landHour',
      runId: 'run',
    },
    objects: [
      archived,
      ...parts,
      ...written.map((part, index): HourObject => ({ ...part, format: 'parquet', index })),
    ],
  };
}
