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

/** An hour, ready to land, parsed from an archive with these members (lines of each); its files are in `folder`. */
export async function parsedDraft(
  folder: string,
  window: HourWindow,
  members: readonly (readonly string[])[],
): Promise<HourDraft> {
  const archive = join(folder, 'export.zip');
  await writeFile(archive, zipOf(members.map((lines) => ({ bytes: gzipLines(...lines) }))));
  const raw = await checksumFile(archive);
  const task = { window, archive, folder, raw, maxLineBytes: 4096, limits: archiveLimits };
  const {
    parts,
    unpackedBytes: _,
    raw: __,
    ...hour
  } = await parseHour(task, parseHere, () => undefined, new AbortController().signal);
  const source = { host: 'example', httpStatus: 200, bytes: raw.bytes, sha256: raw.sha256 };
  const archived: HourObject = { format: 'raw', index: 0, file: archive, start: 0, events: 0, ...raw };
  return {
    content: {
      window,
      source: { ...source, fetchedAt: fetchedAt(1) },
      ...hour,
      workflowId: 'landHour',
      runId: 'run',
    },
    objects: [archived, ...parts],
  };
}
