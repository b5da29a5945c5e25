import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { checkArchive } from '../../amplitude/check-archive.ts';
import { LinesDigest } from '../../amplitude/digest.ts';
import { archiveLimits, type ArchiveLimits } from '../../amplitude/limits.ts';
import { parseHour } from '../../amplitude/parse-hour.ts';
import type { ParsedHour } from '../../amplitude/parsed-hour.ts';
import { checksumFile } from '../../core/checksum.ts';
import { ExportError } from '../../core/errors.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { classifyLine } from './classify-line.ts';
import { parseHere } from './parse-here.ts';
import { ndjsonLines } from './ndjson-lines.ts';
import { partBytes, rejectedRecords, type RejectedRecord } from './parsed-parts.ts';
import { plainGunzip, plainUnzip } from './plain-zip.ts';

/** Limits smaller than those of production. */
export type SmallLimits = Partial<ArchiveLimits> & { readonly maxLineBytes?: number };

/** Everything that lands from an archive. Lines are in Latin-1: one character for each byte. */
export interface Landing {
  readonly members: readonly { readonly name: string; readonly events: readonly string[] }[];
  readonly rejected: readonly RejectedRecord[];
  readonly digest: string;
}

/** The outcome of an archive: its landing, or the typed failure. */
export type Outcome =
  | { readonly kind: 'landed'; readonly landing: Landing }
  | { readonly kind: 'refused'; readonly type: string; readonly message: string };

/** The hour that every archive is parsed for; it does not change what lands. */
const WINDOW = parseHourWindow('2026-01-01T05');
const MAX_LINE_BYTES = 32 * 1024 * 1024;
const never = new AbortController().signal;

/**
 * Checks and parses an archive as extract and parse do, with work files in `folder`; the caller removes them.
 * @throws every error that is not a typed failure
 */
export async function outcomeOf(
  bytes: Uint8Array,
  folder: string,
  { maxLineBytes = MAX_LINE_BYTES, ...small }: SmallLimits = {},
): Promise<Outcome> {
  const archive = join(folder, 'export.zip');
  const limits = { ...archiveLimits, ...small };
  await writeFile(archive, bytes);
  try {
    await checkArchive(archive, never, limits);
    const raw = await checksumFile(archive);
    const task = { window: WINDOW, archive, folder, raw, maxLineBytes, limits };
    const hour = await parseHour(task, parseHere, () => undefined, never);
    return { kind: 'landed', landing: await landingOf(hour) };
  } catch (error) {
    if (error instanceof ExportError) return { kind: 'refused', type: error.type, message: error.message };
    throw error;
  }
}

/** The landing of an archive, read in a second, simple way. @throws any error when the archive is not whole */
export function plainLanding(zip: Buffer, maxLineBytes = MAX_LINE_BYTES): Landing {
  const rejected: RejectedRecord[] = [];
  const digest = new LinesDigest();
  const members = plainUnzip(zip).map(({ name, bytes }) => {
    const events: string[] = [];
    let offset = 0;
    for (const [index, text] of plainGunzip(bytes).toString('latin1').split('\n').entries()) {
      const line = Buffer.from(text, 'latin1');
      const verdict = classifyLine(line, maxLineBytes);
      if (verdict === 'event') events.push(text);
      else if (verdict !== 'blank')
        rejected.push({ member: name, line: index + 1, offset, reason: verdict, bytes: text });
      if (verdict !== 'blank') digest.addPiece(line, true);
      offset += line.length + 1;
    }
    return { name, events };
  });
  return { members, rejected, digest: digest.toString() };
}

async function landingOf(hour: ParsedHour): Promise<Landing> {
  const rejected = await rejectedRecords(hour);
  const members = hour.members.map(({ name }) => ({ name, events: [] as string[] }));
  for (const part of hour.parts.filter(({ format }) => format === 'events')) {
    members[part.index]?.events.push(...ndjsonLines(gunzipSync(await partBytes(part))));
  }
  for (const [index, { events }] of hour.members.entries()) {
    const found = members[index]?.events.length;
    if (found !== events) throw new Error(`member ${index} counts ${events} events and has ${String(found)}`);
  }
  if (hour.rejected !== rejected.length) {
    throw new Error(`the hour counts ${hour.rejected} rejected lines and has ${rejected.length}`);
  }
  return { members, rejected, digest: hour.digest };
}
