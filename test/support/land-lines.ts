import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bucket } from '../../bronze/bucket.ts';
import { commitHour } from '../../bronze/commit-hour.ts';
import { HourStore } from '../../bronze/hour-store.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { parsedDraft } from './parsed-draft.ts';

/** The lines that an hour lands with, the minute in which they were fetched, and whether they land as Parquet too. */
export interface LandedHour {
  readonly lines: readonly string[];
  readonly minute: number;
  readonly parquet: boolean;
}

/** Lands an hour by the code of the export. */
export async function landLines(
  bucket: Bucket,
  prefix: string,
  window: HourWindow,
  { lines, minute, parquet }: LandedHour,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-landing-'));
  const half = Math.ceil(lines.length / 2);
  const members = [lines.slice(0, half), lines.slice(half)].filter(({ length }) => length > 0);
  try {
    const draft = await parsedDraft(folder, window, members, { minute, parquet });
    await commitHour(new HourStore(bucket, prefix, window, 'test/1'), draft);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
