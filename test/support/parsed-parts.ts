import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { ParsedHour, ParsedPart } from '../../amplitude/parsed-hour.ts';
import { ndjsonLines } from './ndjson-lines.ts';

/** A record of a rejected file, with its line decoded to Latin-1 (one character for each byte). */
export interface RejectedRecord {
  readonly member: string;
  readonly line: number;
  readonly offset: number;
  readonly reason: string;
  readonly bytes: string;
}

/** The bytes of a part, as upload sends them. */
export async function partBytes(part: ParsedPart): Promise<Buffer> {
  return (await readFile(part.file)).subarray(part.start, part.start + part.bytes);
}

/** The sorted lines of the event parts, in Latin-1 (one character for each byte). */
export async function eventLines(hour: ParsedHour): Promise<string[]> {
  const lines: string[] = [];
  for (const part of hour.parts.filter(({ format }) => format === 'events')) {
    lines.push(...ndjsonLines(gunzipSync(await partBytes(part))));
  }
  return lines.sort();
}

/** The records of the rejected parts, in their order. */
export async function rejectedRecords(hour: ParsedHour): Promise<RejectedRecord[]> {
  const records: RejectedRecord[] = [];
  for (const part of hour.parts.filter(({ format }) => format === 'rejected')) {
    for (const line of ndjsonLines(gunzipSync(await partBytes(part)))) {
      const record = Buffer.from(line, 'latin1').toString();
      const { base64, ...place } = JSON.parse(record) as Omit<RejectedRecord, 'bytes'> & { base64: string };
      records.push({ ...place, bytes: Buffer.from(base64, 'base64').toString('latin1') });
    }
  }
  return records;
}
