import { createHash } from 'node:crypto';
import { ChecksumMeter } from '../../../core/checksum.ts';
import type { StoreFeature } from './missing-features.ts';
import { errorXml, keysIn, listXml, uploadsXml } from './xml.ts';

/** A request to the store: the path without its first slash, header names in lower case. */
export interface StoreRequest {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** The store's answer. */
export interface StoreAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

interface Stored {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly crc64nvme: string | undefined;
  /** The request that stored it, counted from 1. */
  readonly at: number;
  readonly before: Stored | undefined;
}

interface Upload {
  readonly key: string;
  readonly parts: Map<number, Buffer>;
}

/** In a store without consistency, an object is visible only after this many more requests. */
const LATE_BY = 12;
const KEYS_A_PAGE = 1000;

/**
 * An S3 store in memory, with one bucket, that lacks the features in `lacks`. It answers one request after another, so its
 * other features work as on S3 itself. To let requests overtake each other, delay them on their way to the store.
 */
export class FakeStore {
  readonly lacks: ReadonlySet<StoreFeature>;
  readonly objects = new Map<string, Stored>();
  readonly uploads = new Map<string, Upload>();
  requests = 0;

  constructor(lacks: Iterable<StoreFeature> = []) {
    this.lacks = new Set(lacks);
  }

  /** Answers one request. */
  async answer(request: StoreRequest): Promise<StoreAnswer> {
    this.requests += 1;
    const { method, path, query, headers } = request;
    const key = path.slice(path.indexOf('/') + 1);
    if (
      this.lacks.has('checksum-headers') &&
      [...headers.keys()].some((name) => /^x-amz-(checksum|sdk-checksum)-/.test(name))
    )
      return refusal(400, 'InvalidArgument', 'Unsupported header received for this API call');
    if (!path.includes('/') || key === '') return this.#onBucket(request);
    if (method === 'POST' && query.has('uploads')) return this.#createUpload(key);
    if (method === 'PUT' && query.has('partNumber')) return this.#putPart(request);
    if (method === 'POST' && query.has('uploadId'))
      return this.#completeUpload(key, query.get('uploadId') ?? '');
    if (method === 'DELETE') return this.#delete(key, query.get('uploadId'));
    if (method === 'PUT') return this.#put(key, request, await crcOf(request.body));
    return this.#get(method, key);
  }

  #onBucket({ method, query, body }: StoreRequest): StoreAnswer {
    if (method === 'HEAD' || method === 'PUT') return { status: 200 };
    if (query.has('uploads')) return this.#listUploads(query.get('prefix') ?? '');
    if (method === 'POST' && query.has('delete')) return this.#deleteMany(body);
    return this.#list(query);
  }

  #put(key: string, { headers, body }: StoreRequest, crc64nvme: string): StoreAnswer {
    const present = this.objects.get(key);
    if (headers.get('if-none-match') === '*' && present !== undefined && !this.lacks.has('if-none-match'))
      return refusal(412, 'PreconditionFailed');
    const wanted = headers.get('if-match');
    if (wanted !== undefined && !this.lacks.has('if-match')) {
      if (present === undefined) return refusal(404, 'NoSuchKey');
      // RFC 9110: a weak ETag matches nothing.
      if (wanted !== present.etag) return refusal(412, 'PreconditionFailed');
    }
    const sentChecksum = headers.get('x-amz-checksum-crc64nvme');
    if (sentChecksum !== undefined && sentChecksum !== crc64nvme && !this.lacks.has('checksum-check'))
      return refusal(400, 'BadDigest');
    const etag = `"${md5Of(body)}"`;
    const kept = this.lacks.has('checksum-kept') ? undefined : sentChecksum;
    this.#store(key, body, etag, kept);
    return { status: 200, headers: { etag: this.#shownEtag(etag) } };
  }

  #store(key: string, bytes: Buffer, etag: string, crc64nvme: string | undefined): void {
    this.objects.set(key, { bytes, etag, crc64nvme, at: this.requests, before: this.objects.get(key) });
  }

  #get(method: string, key: string): StoreAnswer {
    let stored = this.objects.get(key);
    if (this.lacks.has('read-after-write') && stored !== undefined && this.#isLate(stored))
      stored = stored.before;
    if (stored === undefined) return refusal(404, method === 'HEAD' ? 'NotFound' : 'NoSuchKey');
    const { bytes, etag, crc64nvme } = stored;
    const checksum = crc64nvme === undefined ? {} : { 'x-amz-checksum-crc64nvme': crc64nvme };
    const headers = { etag: this.#shownEtag(etag), 'content-length': String(bytes.length), ...checksum };
    return { status: 200, headers, ...(method === 'GET' && { body: bytes }) };
  }

  #delete(key: string, uploadId: string | undefined): StoreAnswer {
    if (this.lacks.has('deleting')) return refusal(403, 'AccessDenied');
    if (uploadId === undefined) this.objects.delete(key);
    else if (!this.uploads.delete(uploadId)) return refusal(404, 'NoSuchUpload');
    return { status: 204 };
  }

  #deleteMany(body: Buffer): StoreAnswer {
    if (this.lacks.has('delete-objects')) return refusal(400, 'MissingContentMD5');
    const keys = keysIn(body.toString());
    const errors = this.lacks.has('deleting')
      ? keys.map((key) => `<Error><Key>${key}</Key><Code>AccessDenied</Code></Error>`)
      : [];
    if (errors.length === 0) for (const key of keys) this.objects.delete(key);
    return { status: 200, body: `<DeleteResult>${errors.join('')}</DeleteResult>` };
  }

  #list(query: ReadonlyMap<string, string>): StoreAnswer {
    const prefix = query.get('prefix') ?? '';
    const after =
      query.get('continuation-token') ??
      (this.lacks.has('start-after') ? '' : (query.get('start-after') ?? ''));
    const keys = [...this.objects]
      .filter(([, stored]) => !(this.lacks.has('list-after-write') && this.#isLate(stored)))
      .map(([key]) => key)
      .filter((key) => key.startsWith(prefix) && key > after)
      .toSorted();
    const most = Number(query.get('max-keys') ?? KEYS_A_PAGE);
    const page = keys.slice(0, most);
    const next = keys.length > most && !this.lacks.has('list-pages') ? page.at(-1) : undefined;
    const shown = this.lacks.has('list-order') ? page.toReversed() : page;
    const contents = shown.map((key) => {
      const stored = this.objects.get(key);
      return { key, bytes: stored?.bytes.length ?? 0, etag: this.#shownEtag(stored?.etag ?? '') };
    });
    return { status: 200, body: listXml(contents, keys.length > most, next) };
  }

  #listUploads(prefix: string): StoreAnswer {
    if (this.lacks.has('list-uploads')) return refusal(501, 'NotImplemented');
    const uploads = [...this.uploads].filter(([, { key }]) => key.startsWith(prefix));
    return { status: 200, body: uploadsXml(uploads.map(([uploadId, { key }]) => ({ key, uploadId }))) };
  }

  #createUpload(key: string): StoreAnswer {
    if (this.lacks.has('multipart')) return refusal(501, 'NotImplemented');
    const uploadId = String(this.requests);
    this.uploads.set(uploadId, { key, parts: new Map() });
    return { status: 200, body: `<R><UploadId>${uploadId}</UploadId></R>` };
  }

  #putPart({ query, body }: StoreRequest): StoreAnswer {
    const upload = this.uploads.get(query.get('uploadId') ?? '');
    if (upload === undefined) return refusal(404, 'NoSuchUpload');
    upload.parts.set(Number(query.get('partNumber')), body);
    return { status: 200, headers: { etag: `"${md5Of(body)}"` } };
  }

  async #completeUpload(key: string, uploadId: string): Promise<StoreAnswer> {
    const parts = [...(this.uploads.get(uploadId)?.parts ?? [])]
      .toSorted(([a], [b]) => a - b)
      .map(([, part]) => part);
    const bytes = Buffer.concat(parts);
    const etag = `"${md5Of(bytes)}-${parts.length}"`;
    const crc64nvme = this.lacks.has('checksum-kept-of-parts') ? undefined : await crcOf(bytes);
    if (!this.uploads.delete(uploadId)) return refusal(404, 'NoSuchUpload');
    this.#store(key, bytes, etag, crc64nvme);
    const checksum = crc64nvme === undefined ? '' : `<ChecksumCRC64NVME>${crc64nvme}</ChecksumCRC64NVME>`;
    return { status: 200, body: `<R><ETag>${etag.replaceAll('"', '&quot;')}</ETag>${checksum}</R>` };
  }

  #shownEtag(etag: string): string {
    return this.lacks.has('strong-etags') ? `W/${etag}` : etag;
  }

  #isLate({ at }: Stored): boolean {
    return this.requests - at < LATE_BY;
  }
}

function refusal(status: number, code: string, message = code): StoreAnswer {
  return { status, headers: { 'content-type': 'application/xml' }, body: errorXml(code, message) };
}

function md5Of(bytes: Buffer | string): string {
  return createHash('md5').update(bytes).digest('hex');
}

async function crcOf(bytes: Buffer): Promise<string> {
  const meter = new ChecksumMeter();
  meter.update(bytes);
  return meter.finish().crc64nvme;
}
