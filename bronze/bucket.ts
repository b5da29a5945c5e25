import {
  AbortMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ProxyUnavailable } from '../core/proxy-errors.ts';
import { Semaphore } from '../core/semaphore.ts';
import { untilAborted, type Send } from './abortable-requests.ts';
import { deleteObjects } from './delete-objects.ts';
import { BucketUnavailable, CommitContended } from './errors.ts';
import { storageLimits, type StorageLimits } from './limits.ts';
import { countedBy, type RequestCount } from './request-count.ts';
import { isPassing, isUnknownOperation, storageFailure, typedStorageError } from './storage-errors.ts';
import { StoreFeatures } from './store-features.ts';

/** An object as a LIST shows it; `bytes` is its size. */
export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
}

/** A part of a listing: the keys after `after`, up to and including `upTo`, in byte order. */
export interface KeyRange {
  readonly after: string;
  readonly upTo: string;
}

/** A multipart upload that was not completed. */
export interface ListedUpload {
  readonly key: string;
  readonly uploadId: string;
}

/**
 * The outcome of a conditional PUT. `refused` and `unknown` hold the storage's error. `unknown`: no answer, or an
 * answer that does not tell; the PUT may still arrive.
 */
export type ConditionalPut =
  | { readonly kind: 'stored' }
  | { readonly kind: 'refused'; readonly error: CommitContended }
  | { readonly kind: 'unknown'; readonly error: BucketUnavailable | ProxyUnavailable };

/** Uploads in parts at once, of all hours of a worker: more would take more memory, and hardly be faster. */
const MULTIPART_AT_ONCE = 1;

/**
 * One bucket, with the few operations that the export needs. Every method throws the typed errors of
 * storage-errors.ts, such as BucketMissing, BucketDenied and BucketUnavailable.
 */
export class Bucket {
  readonly name: string;
  readonly client: S3Client;
  /** Ends the requests that `send` sends. */
  readonly signal: AbortSignal | undefined;
  readonly limits: StorageLimits;
  /** What the store can do. Shared with the buckets that `until` returns, so that all of them learn together. */
  readonly features: StoreFeatures;
  /** Sends a request, which ends when `signal` aborts. */
  readonly send: Send;
  /** Held by each upload in parts, which has some parts in memory. Shared likewise. */
  readonly multipart: Semaphore;
  /** Where the requests that `send` sends are counted. */
  readonly count: RequestCount | undefined;

  constructor(
    client: S3Client,
    name: string,
    options: {
      signal?: AbortSignal | undefined;
      limits?: StorageLimits;
      features?: StoreFeatures;
      multipart?: Semaphore;
      count?: RequestCount | undefined;
    } = {},
  ) {
    this.client = client;
    this.name = name;
    this.signal = options.signal;
    this.count = options.count;
    this.send = (command) =>
      countedBy(options.count, () => untilAborted(options.signal, () => client.send(command)));
    this.limits = options.limits ?? storageLimits;
    this.features = options.features ?? new StoreFeatures();
    this.multipart = options.multipart ?? new Semaphore(MULTIPART_AT_ONCE);
  }

  /** The same bucket; its requests end when the signal aborts. */
  until(signal: AbortSignal): Bucket {
    const { limits, features, multipart, count } = this;
    return new Bucket(this.client, this.name, { signal, limits, features, multipart, count });
  }

  /** The same bucket; the requests that it sends are counted, if `countRequest` observes its client. */
  counting(count: RequestCount): Bucket {
    const { signal, limits, features, multipart } = this;
    return new Bucket(this.client, this.name, { signal, limits, features, multipart, count });
  }

  /** The text and ETag of an object; undefined when there is no object. */
  async getText(key: string): Promise<{ text: string; etag: string } | undefined> {
    try {
      const answer = await this.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
      const text = (await answer.Body?.transformToString('utf8')) ?? '';
      if (answer.ETag === undefined) throw new BucketUnavailable(`the storage returned no ETag for ${key}`);
      return { text, etag: strongEtag(answer.ETag) };
    } catch (error) {
      if (storageFailure(error).name === 'NoSuchKey') return undefined;
      throw typedStorageError(error, this.name, `read ${key}`);
    }
  }

  /** Stores a small text. */
  async putText(key: string, text: string, contentType: string): Promise<void> {
    try {
      await this.send(
        new PutObjectCommand({ Bucket: this.name, Key: key, Body: text, ContentType: contentType }),
      );
    } catch (error) {
      throw typedStorageError(error, this.name, `store ${key}`);
    }
  }

  /** Stores a JSON text if the object still has this ETag, or, with `undefined`, if there is still no object. */
  async putJsonIf(key: string, text: string, etag: string | undefined): Promise<ConditionalPut> {
    const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
    const put = { Bucket: this.name, Key: key, Body: text, ContentType: 'application/json', ...condition };
    try {
      await this.send(new PutObjectCommand(put));
      return { kind: 'stored' };
    } catch (error) {
      const typed = typedStorageError(error, this.name, `store ${key}`);
      if (!isPassing(typed)) throw typed;
      // 404 after If-Match: there is no object. 409 does not tell the outcome: another conditional PUT was in
      // progress, perhaps an earlier try of this one.
      const { httpStatus } = typed;
      const isLost = httpStatus === 412 || (httpStatus === 404 && etag !== undefined);
      if (!isLost) return { kind: 'unknown', error: typed };
      const lost = new CommitContended(`another attempt changed ${key} first`, { httpStatus });
      return { kind: 'refused', error: lost };
    }
  }

  /**
   * Every object below a folder, or those in a range of its keys, in key order. A store that ignores StartAfter also
   * lists keys before the range: these are left out here.
   */
  async list(folder: string, range?: KeyRange): Promise<ListedObject[]> {
    const listed: ListedObject[] = [];
    for await (const { Contents = [] } of pagesOf(this, folder, range && { StartAfter: range.after })) {
      for (const { Key, Size, ETag } of Contents) {
        if (Key === undefined || (range !== undefined && Key <= range.after)) continue;
        if (range !== undefined && Key > range.upTo) return listed;
        listed.push({ key: Key, bytes: Size ?? 0, etag: strongEtag(ETag ?? '') });
      }
    }
    return listed;
  }

  /**
   * The folders directly below a folder, each with a slash at its end. One request lists 1,000 of them, however many
   * objects they hold.
   */
  async listFolders(folder: string): Promise<string[]> {
    const listed: string[] = [];
    for await (const { CommonPrefixes = [] } of pagesOf(this, folder, { Delimiter: '/' })) {
      listed.push(...CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []));
    }
    return listed;
  }

  /** Every unfinished multipart upload below a folder; none if the store cannot list them. */
  async listUploads(folder: string): Promise<ListedUpload[]> {
    const listed: ListedUpload[] = [];
    if (!this.features.listUploads) return listed;
    let next: { KeyMarker: string; UploadIdMarker: string } | undefined;
    try {
      do {
        const page = await this.send(
          new ListMultipartUploadsCommand({ Bucket: this.name, Prefix: folder, ...next }),
        );
        for (const { Key, UploadId } of page.Uploads ?? []) {
          if (Key !== undefined && UploadId !== undefined) listed.push({ key: Key, uploadId: UploadId });
        }
        const { NextKeyMarker, NextUploadIdMarker } = page;
        next =
          page.IsTruncated && NextKeyMarker !== undefined && NextUploadIdMarker !== undefined
            ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker }
            : undefined;
      } while (next !== undefined);
    } catch (error) {
      if (!isUnknownOperation(error))
        throw typedStorageError(error, this.name, `list the uploads of ${folder}`);
      this.features.listUploads = false;
    }
    return listed;
  }

  /** Deletes objects. A key that is already gone is not an error. @throws as `deleteObjects` */
  async delete(keys: readonly string[]): Promise<void> {
    await deleteObjects(this, keys);
  }

  /** Ends an unfinished multipart upload. An upload that is already gone is not an error. */
  async abortUpload(upload: ListedUpload): Promise<void> {
    const { key: Key, uploadId: UploadId } = upload;
    try {
      await this.send(new AbortMultipartUploadCommand({ Bucket: this.name, Key, UploadId }));
    } catch (error) {
      if (storageFailure(error).name === 'NoSuchUpload') return;
      throw typedStorageError(error, this.name, `abort the upload of ${Key}`);
    }
  }
}

/**
 * A gateway that compresses answers marks their ETags as weak, but If-Match takes strong ETags only. Without the
 * mark, it is the store's own ETag. Source: RFC 9110, 8.8.3 and 13.1.1.
 */
function strongEtag(etag: string): string {
  return etag.replace(/^W\//, '');
}

/**
 * Lists page by page. A function, not a private method: TypeScript 7.0.2 renames every key `Bucket` in a class
 * `Bucket` that has a private method.
 */
async function* pagesOf(
  bucket: Bucket,
  folder: string,
  options: Pick<ListObjectsV2CommandInput, 'Delimiter' | 'StartAfter'> = {},
): AsyncGenerator<ListObjectsV2CommandOutput> {
  const request = { Bucket: bucket.name, Prefix: folder, ...options };
  let next: string | undefined;
  do {
    const position = next === undefined ? {} : { ContinuationToken: next };
    let page: ListObjectsV2CommandOutput;
    try {
      page = await bucket.send(new ListObjectsV2Command({ ...request, ...position }));
    } catch (error) {
      throw typedStorageError(error, bucket.name, `list ${folder}`);
    }
    yield page;
    next = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (next !== undefined);
}
