import { createReadStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Checksums } from '../core/checksum.ts';
import { WorkFilesLost } from '../core/file-errors.ts';
import type { Bucket } from './bucket.ts';
import { checkStored } from './check-stored.ts';
import { CredentialsExpired } from './errors.ts';
import { isPassing, typedStorageError } from './storage-errors.ts';

/** A range of a local file to store as one object. `start` is its first byte; the checksums are those of the range. */
export interface ObjectSource extends Checksums {
  readonly file: string;
  readonly start: number;
}

const PARTS_AT_ONCE = 2;
const TRIES = 3;

/**
 * Stores a range of a file as one object, as a stream, checked end to end by CRC-64/NVME: the storage refuses bytes
 * that do not match the checksum, and `checkStored` checks those that it cannot refuse. Only this attempt may use the
 * key: a landed object is never overwritten.
 * @throws the typed errors of storage-errors.ts, ChecksumMismatch among them; WorkFilesLost when the file is too
 * short
 */
export async function putObject(bucket: Bucket, key: string, source: ObjectSource): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answered = await (source.bytes < bucket.limits.multipartFromBytes
        ? putWhole(bucket, key, source)
        : putInParts(bucket, key, source));
      await checkStored(bucket, key, source, answered);
      return;
    } catch (error) {
      const typed = typedStorageError(error, bucket.name, `store ${key}`);
      // The SDK does not resend streams, and neither does credentials.ts, so this loop does.
      const mayHelp = isPassing(typed) || typed instanceof CredentialsExpired;
      if (!mayHelp || attempt === TRIES) throw typed;
      await sleep(
        200 * 2 ** attempt,
        undefined,
        bucket.signal === undefined ? {} : { signal: bucket.signal },
      );
    }
  }
}

/** Returns the checksum that the storage compared the bytes with. */
async function putWhole(bucket: Bucket, key: string, source: ObjectSource): Promise<string> {
  return withRange(bucket, source, async (body, sending) => {
    const put = new PutObjectCommand({
      Bucket: bucket.name,
      Key: key,
      Body: source.bytes === 0 ? '' : body,
      ContentLength: source.bytes,
      ContentType: contentType(key),
      ChecksumCRC64NVME: source.crc64nvme,
    });
    await sending.send(put);
    return source.crc64nvme;
  });
}

/** Returns the checksum of the whole object that the storage computed, if its answer has one. */
async function putInParts(bucket: Bucket, key: string, source: ObjectSource): Promise<string | undefined> {
  return withRange(bucket, source, async (body, sending) => {
    const requests = new RequestTracker(sending);
    const params = { Bucket: bucket.name, Key: key, Body: body, ContentType: contentType(key) };
    const upload = new Upload({
      client: requests.client,
      params: { ...params, ChecksumAlgorithm: 'CRC64NVME' },
      partSize: bucket.limits.partBytes,
      queueSize: PARTS_AT_ONCE,
    });
    try {
      return (await upload.done()).ChecksumCRC64NVME;
    } finally {
      await requests.ended();
    }
  });
}

/**
 * Opens a range of a file for sending, and always closes the file. A failed read ends the requests of the bucket that
 * `send` gets: they would otherwise wait for bytes that never come.
 */
async function withRange<T>(
  bucket: Bucket,
  { file, start, bytes }: ObjectSource,
  send: (body: ReadStream, bucket: Bucket) => Promise<T>,
): Promise<T> {
  const handle = await open(file);
  const reading = new AbortController();
  try {
    if ((await handle.stat()).size < start + bytes)
      throw new WorkFilesLost(`the work file ${file} is cut short`);
    const end = Math.max(start, start + bytes - 1);
    const body = createReadStream(file, {
      fd: handle,
      start,
      end,
      autoClose: false,
      highWaterMark: 256 * 1024,
    });
    body.once('error', (error) => reading.abort(error));
    const { signal: outside } = bucket;
    const signal = outside === undefined ? reading.signal : AbortSignal.any([outside, reading.signal]);
    try {
      return await send(body, bucket.until(signal));
    } finally {
      body.destroy();
    }
  } catch (error) {
    throw reading.signal.aborted ? reading.signal.reason : error;
  } finally {
    await handle.close();
  }
}

function contentType(key: string): string {
  if (key.endsWith('.zip')) return 'application/zip';
  return key.endsWith('.parquet') ? 'application/vnd.apache.parquet' : 'application/gzip';
}

/**
 * lib-storage does not pass an abort signal to its requests, and does not wait for them when one part fails. This
 * does both, so that no request of an upload is in progress after the upload has ended.
 */
class RequestTracker {
  readonly client: S3Client;
  readonly #inProgress = new Set<Promise<unknown>>();

  constructor(bucket: Bucket) {
    const send = (command: Parameters<Bucket['send']>[0]): Promise<unknown> => {
      const request = bucket.send(command);
      this.#inProgress.add(request);
      return request;
    };
    this.client = Object.assign(Object.create(bucket.client) as S3Client, { send });
  }

  async ended(): Promise<void> {
    await Promise.allSettled(this.#inProgress);
  }
}
