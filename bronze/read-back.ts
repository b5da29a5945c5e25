import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { MemberCorrupt } from '../amplitude/errors.ts';
import { gunzipWhole } from '../amplitude/gunzip.ts';
import { EventLines, type LineSums } from '../amplitude/line-sums.ts';
import { RejectedLines } from '../amplitude/rejected-lines.ts';
import type { Checksums } from '../core/checksum.ts';
import type { Bucket } from './bucket.ts';
import { ChecksumMismatch } from './errors.ts';
import type { Output } from './common-manifest.ts';
import { readObject } from './read-object.ts';
import { isPassing } from './storage-errors.ts';

/** The content of an object that was read back: `damage` says what is wrong with it, `sums` sums up its lines. */
export interface ReadBack {
  readonly damage?: string;
  readonly sums?: LineSums;
}

const TRIES = 3;

/**
 * Reads a whole object in constant memory and compares it with its entry in the manifest: size, SHA-256, a clean end
 * of the gzip data, lines. If the object is gone, that is the damage.
 * @throws the typed errors of storage-errors.ts
 */
export async function readBack(bucket: Bucket, output: Output): Promise<ReadBack> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const hasLines = output.format === 'events' || output.format === 'rejected';
      return await (hasLines ? readLines(bucket, output) : readBytes(bucket, output));
    } catch (error) {
      if (error instanceof ChecksumMismatch) return { damage: error.message };
      if (!isPassing(error) || attempt === TRIES) throw error;
    }
  }
}

async function readBytes(
  bucket: Bucket,
  output: Output,
  take: (chunk: Buffer) => Promise<void> = async () => undefined,
): Promise<ReadBack> {
  const sha256 = createHash('sha256');
  let bytes = 0;
  const found = await readObject(bucket, output.key, async (chunk) => {
    bytes += chunk.length;
    sha256.update(chunk);
    await take(chunk);
  });
  if (!found) return { damage: 'it is gone' };
  const damage = differenceFrom(output, { bytes, sha256: sha256.digest('hex') });
  return damage === undefined ? {} : { damage };
}

/** What is wrong with the bytes of an object, compared with its entry in the manifest, in words; undefined when nothing is. */
export function differenceFrom(
  output: Output,
  found: Pick<Checksums, 'bytes' | 'sha256'>,
): string | undefined {
  if (found.bytes !== output.bytes) return `it has ${found.bytes} bytes, not ${output.bytes}`;
  return found.sha256 === output.sha256 ? undefined : 'its SHA-256 is not that of the landed object';
}

/** Reads the object to its end even if its gzip data end before: its SHA-256 needs all bytes. */
async function readLines(bucket: Bucket, output: Output): Promise<ReadBack> {
  const sums = output.format === 'events' ? new EventLines() : new RejectedLines();
  const packed = new PassThrough();
  const unpacked = gunzipWhole('it', packed, { unpacked: (chunk) => sums.push(chunk) }).then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    const read = await readBytes(bucket, output, async (chunk) => {
      if (!packed.writable || packed.write(chunk)) return;
      // If the gzip data end early, `packed` is destroyed and never drains.
      await Promise.race([once(packed, 'drain').catch(() => undefined), unpacked]);
    });
    if (read.damage !== undefined) return read;
    packed.end();
    const error = await unpacked;
    if (error instanceof MemberCorrupt) return { damage: error.message };
    if (error !== undefined) throw error;
  } finally {
    packed.destroy();
    await unpacked;
  }
  sums.end();
  if (sums.damage !== undefined) return { damage: sums.damage };
  return sums.lines === output.events
    ? { sums }
    : { damage: `it has ${sums.lines} lines, not ${output.events}` };
}
