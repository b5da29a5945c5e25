import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  S3Client,
  UploadPartCommand,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { afterAll, inject } from 'vitest';
import { makeAbortable } from '../../bronze/abortable-requests.ts';
import { Bucket } from '../../bronze/bucket.ts';
import type { HourDraft, HourObject } from '../../bronze/hour-draft.ts';
import { HourStore } from '../../bronze/hour-store.ts';
import { formats as allFormats, manifestKey, type Format } from '../../bronze/keys.ts';
import type { StorageObserver } from '../../bronze/manifest-store.ts';
import { parseManifest, type Manifest } from '../../bronze/manifest.ts';
import { observeRequests } from '../../bronze/observe-requests.ts';
import { countRequest } from '../../bronze/request-count.ts';
import { checksumFile } from '../../core/checksum.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';

/** The hour of most tests; each test has its own bucket or prefix. */
export const WINDOW: HourWindow = parseHourWindow('2026-01-01T05');

/** A client of the tests' S3 server. */
export function connectS3(changes: S3ClientConfig = {}): S3Client {
  const { endpoint, region, accessKey, secretKey } = inject('s3');
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    ...changes,
  });
  observeRequests(client, countRequest);
  makeAbortable(client);
  return client;
}

/** A client that calls `around` for every command; `key` is empty for commands without one. */
export function connectS3Through(
  around: <T>(command: { readonly name: string; readonly key: string }, send: () => Promise<T>) => Promise<T>,
): S3Client {
  const client = connectS3();
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (request) => {
        const key = 'Key' in request.input ? String(request.input.Key) : '';
        return around({ name: commandName, key }, () => next(request));
      },
    { step: 'initialize' },
  );
  return client;
}

/** A new bucket. */
export async function makeBucket(client: S3Client = connectS3()): Promise<Bucket> {
  const name = `test-${randomBytes(6).toString('hex')}`;
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return new Bucket(client, name);
}

/** The bytes of an object. */
export async function readObject(bucket: Bucket, key: string): Promise<Uint8Array> {
  const { Body } = await bucket.client.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

/** Starts a multipart upload and does not finish it, like a killed process. Returns its id. */
export async function abandonUpload(bucket: Bucket, key: string): Promise<string> {
  const put = new CreateMultipartUploadCommand({ Bucket: bucket.name, Key: key });
  return (await bucket.client.send(put)).UploadId ?? '';
}

/** Sends an upload's only part and completes it. */
export async function completeUpload(bucket: Bucket, key: string, uploadId: string): Promise<void> {
  const upload = { Bucket: bucket.name, Key: key, UploadId: uploadId };
  const { ETag } = await bucket.client.send(
    new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'the only part' }),
  );
  await bucket.client.send(
    new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] } }),
  );
}

/** A folder that is removed when the file's tests have ended; call it outside of a test. */
export function temporaryFolder(): Promise<string> {
  const folder = mkdtemp(join(tmpdir(), 'bronze-test-'));
  // Before any await: after one, vitest has collected the file's tests and the hook would belong to none.
  afterAll(async () => rm(await folder, { recursive: true, force: true }));
  return folder;
}

/** What an attempt lands, in short form: `lines` stands for the hour's whole content. */
export interface Landing {
  readonly lines: string;
  /** The minute in which it was fetched, for `fetchedAt`. */
  readonly at: number;
  readonly formats?: readonly Format[];
  readonly events?: number;
  readonly rejected?: number;
  /** The status of the Export API; 404 means that it has no data. */
  readonly httpStatus?: number;
  /** Lands it even if the hour holds the same lines. */
  readonly force?: true;
  /** The id of the run that lands it; a new one by default. */
  readonly run?: string;
}

/** The `fetchedAt` for a minute of a `Landing`. */
export function fetchedAt(minute: number): string {
  return new Date(Date.UTC(2026, 0, 1, 9, minute)).toISOString();
}

let runs = 0;

/** Makes the hour that a `Landing` describes, its objects as files in `folder`. */
export async function draftOf(folder: string, landing: Landing): Promise<HourDraft> {
  const { lines, at, formats = ['raw', 'events'], events = 1, rejected = 0, httpStatus = 200 } = landing;
  const { run = `run ${(runs += 1)}` } = landing;
  const objects = formats.map(async (format): Promise<HourObject> => {
    const file = join(folder, `${format}-of-${lines}`);
    await writeFile(file, textOf(format, lines));
    const counted = format === 'raw' ? 0 : events;
    return { file, start: 0, format, index: 0, events: counted, ...(await checksumFile(file)) };
  });
  return {
    content: {
      window: WINDOW,
      source: { host: 'example', httpStatus, bytes: 1, sha256: lines, fetchedAt: fetchedAt(at) },
      members: [],
      events,
      rejected,
      outsideWindow: 0,
      digest: lines,
      firstUploadTime: null,
      lastUploadTime: null,
      workflowId: 'landHour',
      runId: run,
    },
    objects: await Promise.all(objects),
    force: landing.force ?? false,
  };
}

/** The content of a `Landing`'s object of one format. */
export function textOf(format: Format, lines: string): string {
  return `${format} of ${lines}\n`;
}

/** One hour of a bucket: its store, for the code under test, and its content, for the test. */
export class TestHour {
  readonly bucket: Bucket;
  readonly prefix: string;
  readonly store: HourStore;

  constructor(
    bucket: Bucket,
    prefix: string,
    observe: StorageObserver = async (_, run) => run(),
    formats: readonly Format[] = allFormats,
  ) {
    this.bucket = bucket;
    this.prefix = prefix;
    this.store = new HourStore(bucket, prefix, WINDOW, 'test/1', { formats, observe });
  }

  get manifestKey(): string {
    return manifestKey(this.prefix, WINDOW);
  }

  async manifest(): Promise<Manifest | undefined> {
    const stored = await this.bucket.getText(this.manifestKey);
    return stored && parseManifest(stored.text, this.manifestKey);
  }

  /** Every key of the hour, without the manifest's. */
  async keys(): Promise<string[]> {
    const listed = await this.bucket.list(`${this.prefix}/`);
    return listed.map(({ key }) => key).filter((key) => key !== this.manifestKey);
  }

  /**
   * Checks that this hour is one manifest, the objects that it names, and nothing else; reads every object. Returns the
   * problems; empty when there are none.
   */
  async problems(): Promise<string[]> {
    const [manifest, listed, uploads] = await Promise.all([
      this.manifest(),
      this.bucket.list(`${this.prefix}/`),
      this.bucket.listUploads(`${this.prefix}/`),
    ]);
    if (manifest === undefined) return ['there is no manifest'];
    const bytesOf = new Map(listed.map(({ key, bytes }) => [key, bytes]));
    const expected = new Set([this.manifestKey, ...manifest.outputs.map(({ key }) => key)]);
    const problems = [
      ...listed.filter(({ key }) => !expected.has(key)).map(({ key }) => `${key} is not in the manifest`),
      ...uploads.map(({ key }) => `the upload of ${key} is unfinished`),
    ];
    for (const { key, bytes, sha256 } of manifest.outputs) {
      if (!bytesOf.has(key)) problems.push(`${key} is in the manifest, but missing`);
      else if (bytesOf.get(key) !== bytes) problems.push(`${key} has another size`);
      else if (sha256Of(await readObject(this.bucket, key)) !== sha256)
        problems.push(`${key} has other bytes`);
    }
    return problems;
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
