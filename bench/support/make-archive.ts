import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { checksumFile, type Checksums } from '../../core/checksum.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { archiveBytes } from '../../local/sample-api/archive.ts';
import { planHour, type EachHour } from '../../local/sample-api/sample-day.ts';

/** The archive of an hour in a file, as the sample API would serve it. */
export interface BenchArchive {
  readonly path: string;
  readonly window: HourWindow;
  readonly checksums: Checksums;
}

/** Writes an archive of stored members to `path`; the same content gives the same bytes on every machine. */
export async function makeArchive(path: string, eachHour: EachHour): Promise<BenchArchive> {
  const options = { seed: 'bench', projectId: 260786, eachHour };
  const window = parseHourWindow('2026-01-01T05');
  await pipeline(archiveBytes(options, [{ plan: planHour(options, window) }]), createWriteStream(path));
  return { path, window, checksums: await checksumFile(path) };
}

/** The arguments of a variant that parses an archive as the project does. */
export function parseArguments({ path, window, checksums }: BenchArchive): string[] {
  return [path, window, JSON.stringify(checksums)];
}
