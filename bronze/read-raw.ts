import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { FileSink } from '../amplitude/file-sink.ts';
import { sourceTimeouts } from '../amplitude/limits.ts';
import { ChecksumMeter, type Checksums } from '../core/checksum.ts';
import type { Bucket } from './bucket.ts';
import { ChecksumMismatch } from './errors.ts';
import type { Output } from './common-manifest.ts';
import { differenceFrom } from './read-back.ts';
import { openObject } from './read-object.ts';
import { typedStorageError } from './storage-errors.ts';

/** A raw archive that was read: its checksums, or what is wrong with it, in words. */
export type ReadRaw = { readonly archive: Checksums } | { readonly damage: string };

/**
 * Streams the raw archive of a landed hour to a file, and compares it with its entry in the manifest while it is
 * written. The file gets its name only when every byte is the one that landed. One that is damaged or gone is read twice.
 * `onBytes` is called with the number of bytes so far.
 * @throws the typed errors of storage-errors.ts; WorkDirFailed when the disk takes no byte for too long; the file
 *   system's own error; the signal's reason
 */
export async function readRaw(
  bucket: Bucket,
  raw: Output,
  path: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<ReadRaw> {
  const partial = `${path}.from-bucket`;
  const to = { path, partial, onBytes, signal };
  try {
    const first = await readOnce(bucket, raw, to);
    // A storage or a proxy may have sent other bytes than are kept: only a second read that fails proves the damage.
    return 'archive' in first ? first : await readOnce(bucket, raw, to);
  } finally {
    await rm(partial, { force: true });
  }
}

async function readOnce(
  bucket: Bucket,
  raw: Output,
  to: {
    readonly path: string;
    readonly partial: string;
    readonly onBytes: (bytes: number) => void;
    readonly signal: AbortSignal;
  },
): Promise<ReadRaw> {
  const { path, partial, onBytes, signal } = to;
  const body = await openObject(bucket, raw.key);
  if (body === undefined) return { damage: 'it is gone' };
  const meter = new ChecksumMeter();
  async function* measured(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      meter.update(chunk);
      // The rest of an object that is too long cannot mend it, and has no room on the disk.
      if (bytes > raw.bytes) return;
      onBytes(bytes);
      yield chunk;
    }
  }
  // While the disk takes no byte, the connection is silent: the disk must be named before the storage is blamed.
  const diskMs = Math.min(sourceTimeouts.diskMs, bucket.limits.silenceMs / 2);
  try {
    await pipeline(body, measured, new FileSink(partial, diskMs), { signal });
  } catch (error) {
    signal.throwIfAborted();
    const typed = typedStorageError(error, bucket.name, `read ${raw.key}`);
    if (typed instanceof ChecksumMismatch)
      return { damage: 'its bytes do not match the checksum that the storage keeps' };
    throw typed;
  }
  const archive = meter.finish();
  if (archive.bytes > raw.bytes) return { damage: `it has more than ${raw.bytes} bytes` };
  const damage = differenceFrom(raw, archive);
  if (damage !== undefined) return { damage };
  await rename(partial, path);
  return { archive };
}
