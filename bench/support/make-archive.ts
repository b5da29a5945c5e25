import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { checksumFile } from '../../core/checksum.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { archiveBytes } from '../../local/sample-api/archive.ts';
import { planHour, type EachHour } from '../../local/sample-api/sample-day.ts';

/** The archive of an hour in a file, as the sample API would serve it. */
export interface BenchArchive {
  readonly path: string;
  readonly window: HourWindow;
  readonly packedBytes: number;
  readonly sha256: string;
}

/** Writes an archive of stored members to `path`; the same content gives the same bytes on every machine. */
export async function makeArchive(path: string, eachHour: EachHour): Promise<BenchArchive> {
  const options = { seed: 'bench', projectId: 260786, eachHour };
  const window = parseHourWindow('2026-01-01T05');
  await pipeline(archiveBytes(options, [{ plan: planHour(options, window) }]), createWriteStream(path));
  const { sha256 } = await checksumFile(path);
  return { path, window, packedBytes: (await stat(path)).size, sha256 };
}
