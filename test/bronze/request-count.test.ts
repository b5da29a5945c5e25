import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Bucket } from '../../bronze/bucket.ts';
import { openBucket } from '../../bronze/connect.ts';
import { storageLimits } from '../../bronze/limits.ts';
import { putObject } from '../../bronze/put-object.ts';
import { requestClassOf } from '../../bronze/request-class.ts';
import { RequestCount } from '../../bronze/request-count.ts';
import { checksumFile } from '../../core/checksum.ts';
import { Secret } from '../../core/secret.ts';
import { GuardedStore } from '../support/guarded-store.ts';
import { temporaryFolder } from '../support/s3.ts';

const PART_BYTES = 5 * 1024 * 1024;
const folder = await temporaryFolder();

let store: GuardedStore;
let bucket: Bucket;

beforeEach(async () => {
  store = new GuardedStore();
  await store.start();
  vi.stubEnv('AWS_ENDPOINT_URL_S3', store.endpoint);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  const limits = { ...storageLimits, multipartFromBytes: PART_BYTES, partBytes: PART_BYTES };
  const credentials = { accessKey: 'key', secretKey: new Secret('the-secret-5309') };
  bucket = await openBucket({ bucket: 'lake', credentials, limits });
});

afterEach(() => {
  bucket.client.destroy();
  store.close();
  vi.unstubAllEnvs();
});

it('counts each request with the size of its body, also one that the SDK repeats', async () => {
  let refusals = 2;
  store.guard = () => ((refusals -= 1) >= 0 ? { status: 503, code: 'SlowDown' } : undefined);
  const count = new RequestCount();
  await bucket.counting(count).putText('text', 'seven b', 'text/plain');
  await bucket.counting(count).getText('text');
  expect(store.seen).toHaveLength(4);
  expect(count.list()).toEqual([
    { operation: 'PutObject', requests: 3, bytes: 21 },
    { operation: 'GetObject', requests: 1, bytes: 0 },
  ]);
});

it('counts the requests of each attempt apart, and none of others', async () => {
  const [one, other] = [new RequestCount(), new RequestCount()];
  await Promise.all([
    ...['a', 'b', 'c'].map((key) => bucket.counting(one).getText(key)),
    ...['d', 'e'].map((key) => bucket.until(new AbortController().signal).counting(other).getText(key)),
    bucket.getText('f'),
  ]);
  expect(one.list()).toEqual([{ operation: 'GetObject', requests: 3, bytes: 0 }]);
  expect(other.list()).toEqual([{ operation: 'GetObject', requests: 2, bytes: 0 }]);
});

it('goes on with another signal', async () => {
  const count = new RequestCount();
  await bucket.counting(count).until(new AbortController().signal).getText('a');
  expect(count.list()).toEqual([{ operation: 'GetObject', requests: 1, bytes: 0 }]);
});

it('counts the beginning, the parts and the end of an upload in parts', async () => {
  const file = join(folder, 'large');
  const bytes = 2 * PART_BYTES + 7;
  await writeFile(file, Buffer.alloc(bytes, 'x'));
  const count = new RequestCount();
  await putObject(bucket.counting(count), 'large', { file, start: 0, ...(await checksumFile(file)) });
  expect(count.list()).toEqual([
    { operation: 'CreateMultipartUpload', requests: 1, bytes: 0 },
    { operation: 'UploadPart', requests: 3, bytes },
    { operation: 'CompleteMultipartUpload', requests: 1, bytes: expect.any(Number) as number },
  ]);
  expect(count.list().reduce((sum, { requests }) => sum + requests, 0)).toBe(store.seen.length);
});

it.each([
  ['PutObject', 'put'],
  ['CopyObject', 'put'],
  ['CreateMultipartUpload', 'put'],
  ['UploadPart', 'put'],
  ['CompleteMultipartUpload', 'put'],
  ['ListObjectsV2', 'put'],
  ['ListMultipartUploads', 'put'],
  ['GetObject', 'get'],
  ['HeadObject', 'get'],
  ['DeleteObject', 'delete'],
  ['DeleteObjects', 'delete'],
  ['AbortMultipartUpload', 'delete'],
])('%s is of the class %s', (operation, expected) => {
  expect(requestClassOf(operation)).toBe(expected);
});
