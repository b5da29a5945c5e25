import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { Bucket } from '../../bronze/bucket.ts';
import { checkBucket, ensureBucket, openBucket } from '../../bronze/connect.ts';
import { storageLimits } from '../../bronze/limits.ts';
import { Secret } from '../../core/secret.ts';
import { freePorts } from '../../local/free-ports.ts';
import { connectS3, makeBucket } from '../support/s3.ts';

let server: Server | undefined;

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  server = undefined;
  vi.unstubAllEnvs();
});

/** A storage that refuses everything in one way. */
async function refusing(status: number, code: string): Promise<Bucket> {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
  server = createServer((_, response) =>
    response.writeHead(status, { 'Content-Type': 'application/xml' }).end(body),
  );
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return new Bucket(connectS3({ endpoint: `http://127.0.0.1:${port}`, maxAttempts: 1 }), 'lake');
}

describe('a refusal of the storage', () => {
  it.each([
    [404, 'NoSuchBucket', 'BucketMissing', /lake does not exist/],
    [403, 'AccessDenied', 'BucketDenied', /s3:PutObject/],
    [403, 'SignatureDoesNotMatch', 'BucketDenied', /S3_USER_SECRET_KEY/],
    [404, 'XAdminUserNotFound', 'BucketDenied', /S3_USER_ACCESS_KEY/],
    [400, 'ExpiredToken', 'BucketDenied', /ExpiredToken/],
    [403, 'InvalidObjectState', 'BucketDenied', /archive storage class; restore it first/],
    [301, 'PermanentRedirect', 'BucketDenied', /AWS_REGION/],
    [400, 'AuthorizationHeaderMalformed', 'BucketDenied', /AWS_REGION/],
    [501, 'NotImplemented', 'BucketDenied', /NotImplemented/],
    [503, 'SlowDown', 'BucketUnavailable', /503/],
    [500, 'InternalError', 'BucketUnavailable', /500/],
    [429, 'TooManyRequests', 'BucketUnavailable', /429/],
    [400, 'RequestTimeout', 'BucketUnavailable', /RequestTimeout/],
    [403, 'RequestTimeTooSkewed', 'BucketUnavailable', /clocks .* differ; correct this machine/],
    [400, 'BadDigest', 'ChecksumMismatch', /other bytes/],
    [403, 'AWS4-HMAC-SHA256 Credential=id/x, Signature=0f', 'BucketDenied', /\(bucket lake, unknown\)/],
  ])('of %i %s is a %s', async (status, code, type, message) => {
    const bucket = await refusing(status, code);
    const error: unknown = await bucket
      .putText('key', 'text', 'text/plain')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ type, message: expect.stringMatching(message) as unknown });
  });
});

describe('a request that the policy forbids', () => {
  it.each([
    ['s3:GetObject, and s3:ListBucket for objects that do not exist', (bucket) => bucket.getText('key')],
    [
      's3:PutObject; if the policy demands encryption, set S3_SSE',
      (bucket) => bucket.putText('key', 'x', 'text/plain'),
    ],
    ['s3:ListBucket', (bucket) => bucket.list('folder/')],
    ['s3:ListBucket', checkBucket],
    ['s3:ListBucketMultipartUploads', (bucket) => bucket.listUploads('folder/')],
  ] satisfies [string, (bucket: Bucket) => Promise<unknown>][])(
    'is reported with the missing right: %s',
    async (right, ask) => {
      await expect(ask(await refusing(403, 'AccessDenied'))).rejects.toMatchObject({
        type: 'BucketDenied',
        message: expect.stringMatching(new RegExp(`; that needs the right ${right}$`)) as unknown,
      });
    },
  );
});

describe('a refusal without a body, as after HEAD,', () => {
  it.each([301, 400])('%i: says to check the region', async (status) => {
    const bucket = await refusing(status, '');
    await expect(checkBucket(bucket)).rejects.toMatchObject({
      type: 'BucketDenied',
      message: expect.stringContaining('AWS_REGION') as unknown,
    });
  });
});

describe('a storage', () => {
  it('that is not running is named with the reason', async () => {
    const [port] = await freePorts(1);
    const bucket = new Bucket(connectS3({ endpoint: `http://127.0.0.1:${port}`, maxAttempts: 1 }), 'lake');
    await expect(bucket.list('')).rejects.toMatchObject({
      type: 'BucketUnavailable',
      message: expect.stringContaining('ECONNREFUSED') as unknown,
    });
  });

  it('that does not answer is not waited for without end', async () => {
    server = createServer(() => undefined);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${port}`);
    vi.stubEnv('AWS_REGION', 'us-east-1');
    const credentials = { accessKey: 'key', secretKey: new Secret('secret') };
    const bucket = await openBucket({
      bucket: 'lake',
      credentials,
      limits: { ...storageLimits, connectMs: 500, silenceMs: 100 },
    });
    await expect(checkBucket(bucket)).rejects.toMatchObject({
      type: 'BucketUnavailable',
      message: expect.stringContaining('TimeoutError') as unknown,
    });
  });

  it('that refuses wrong keys does not get them into an error', async () => {
    const secretAccessKey = 'wrong-secret-5309';
    const credentials = { accessKeyId: inject('s3').accessKey, secretAccessKey };
    const bucket = new Bucket(connectS3({ credentials }), 'lake');
    const error: unknown = await bucket.list('').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ type: 'BucketDenied' });
    expect(inspect(error, { depth: 10 })).not.toContain(secretAccessKey);
  });
});

describe('a bucket', () => {
  it('that does not exist is missing; it can be made, once', async () => {
    const bucket = new Bucket(connectS3(), `missing-${Date.now()}`);
    await expect(checkBucket(bucket)).rejects.toMatchObject({ type: 'BucketMissing' });
    expect(await ensureBucket(bucket)).toBe('made');
    expect(await ensureBucket(bucket)).toBe('present');
    await checkBucket(bucket);
  });

  it('returns no text for a missing key', async () => {
    expect(await (await makeBucket()).getText('nothing')).toBeUndefined();
  });

  it('replaces a text only if the ETag is still the same', async () => {
    const bucket = await makeBucket();
    expect(await bucket.putJsonIf('key', '1', undefined)).toMatchObject({ kind: 'stored' });
    expect(await bucket.putJsonIf('key', '2', undefined)).toMatchObject({ kind: 'refused' });
    const stored = await bucket.getText('key');
    expect(stored?.text).toBe('1');
    expect(await bucket.putJsonIf('key', '2', stored?.etag)).toMatchObject({ kind: 'stored' });
    expect(await bucket.putJsonIf('key', '3', stored?.etag)).toMatchObject({ kind: 'refused' });
    await bucket.delete(['key']);
    expect(await bucket.putJsonIf('key', '4', stored?.etag)).toMatchObject({ kind: 'refused' });
  });

  it('lists and deletes more objects than one request can hold', async () => {
    const bucket = await makeBucket();
    const keys = Array.from({ length: 1005 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
    for (let start = 0; start < keys.length; start += 67) {
      await Promise.all(keys.slice(start, start + 67).map((key) => bucket.putText(key, 'x', 'text/plain')));
    }
    expect((await bucket.list('many/')).map(({ key }) => key)).toEqual(keys);
    await bucket.delete(keys);
    expect(await bucket.list('many/')).toEqual([]);
  });
});
