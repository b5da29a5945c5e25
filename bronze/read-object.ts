import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { storageFailure, typedStorageError } from './storage-errors.ts';

/**
 * The CRC-64/NVME that the storage keeps of a whole object, in base64; null when it keeps none, undefined when there
 * is no object.
 * @throws the typed errors of storage-errors.ts
 */
export async function storedChecksum(bucket: Bucket, key: string): Promise<string | null | undefined> {
  try {
    const answer = await bucket.send(
      new HeadObjectCommand({ Bucket: bucket.name, Key: key, ChecksumMode: 'ENABLED' }),
    );
    const kept = answer.ChecksumCRC64NVME;
    // `...-3` is a checksum of the checksums of three parts, not of the whole object.
    return kept === undefined || kept.includes('-') ? null : kept;
  } catch (error) {
    if (storageFailure(error).name === 'NotFound') return undefined;
    throw typedStorageError(error, bucket.name, `look at ${key}`);
  }
}

/**
 * Reads a whole object, chunk by chunk; false when there is no object.
 * @throws the typed errors of storage-errors.ts: ChecksumMismatch, after the last chunk, when the bytes do not match
 * the checksum that the storage keeps
 */
export async function readObject(
  bucket: Bucket,
  key: string,
  take: (chunk: Buffer) => Promise<void>,
): Promise<boolean> {
  const body = await openObject(bucket, key);
  if (body === undefined) return false;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) await take(chunk);
    return true;
  } catch (error) {
    throw typedStorageError(error, bucket.name, `read ${key}`);
  } finally {
    body.destroy();
  }
}

/** The bytes of an object as a stream; undefined when there is no object. @throws the typed errors of storage-errors.ts */
export async function openObject(bucket: Bucket, key: string): Promise<Readable | undefined> {
  try {
    const { Body: body } = await bucket.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }));
    return body instanceof Readable ? body : Readable.from([]);
  } catch (error) {
    if (storageFailure(error).name === 'NoSuchKey') return undefined;
    throw typedStorageError(error, bucket.name, `read ${key}`);
  }
}
