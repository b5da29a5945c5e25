import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import type { Bucket } from '../../bronze/bucket.ts';
import { checkBucket, openBucket } from '../../bronze/connect.ts';
import { storageLimits } from '../../bronze/limits.ts';
import { readAuthorities } from '../../config/authorities.ts';
import { readProxies } from '../../config/proxies.ts';
import { Secret } from '../../core/secret.ts';
import { makeAuthority, startTlsFront, type TestAuthority } from '../support/certificates.ts';
import { startHttpProxy, type HttpProxyBehaviour, type TestProxy } from '../support/http-proxy.ts';
import { makeBucket } from '../support/s3.ts';

let folder: string;
let authority: TestAuthority;
let name: string;
let tlsPort: number;
let closeFront: () => void;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amplitude-export-tls-'));
  authority = await makeAuthority(folder, ['s3.test']);
  const { port, close } = await startTlsFront(authority, Number(new URL(inject('s3').endpoint).port));
  tlsPort = port;
  closeFront = close;
  ({ name } = await makeBucket());
});

afterAll(async () => {
  closeFront();
  await rm(folder, { recursive: true, force: true });
});

async function proxyThat(behaviour: HttpProxyBehaviour = {}): Promise<TestProxy> {
  const proxy = await startHttpProxy(behaviour);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** The bucket, opened with this endpoint and these network variables. */
async function bucketAt(endpoint: string, env: NodeJS.ProcessEnv = {}): Promise<Bucket> {
  vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
  vi.stubEnv('AWS_REGION', inject('s3').region);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { accessKey, secretKey } = inject('s3');
  const bucket = await openBucket({
    bucket: name,
    credentials: { accessKey, secretKey: new Secret(secretKey) },
    limits: { ...storageLimits, connectMs: 2_000 },
    proxies: readProxies(env),
    ...readAuthorities(env),
  });
  onTestFinished(() => bucket.client.destroy());
  return bucket;
}

const plain = (): string => inject('s3').endpoint.replace('127.0.0.1', 's3.test');
const secure = (host = 's3.test'): string => `https://${host}:${tlsPort}`;

async function expectToWork(bucket: Bucket): Promise<void> {
  await bucket.putText('greeting', 'hello', 'text/plain');
  expect(await bucket.getText('greeting')).toMatchObject({ text: 'hello' });
}

describe('the storage', () => {
  it('is reached through a proxy at an http address', async () => {
    const proxy = await proxyThat({ credentials: 'me:password' });
    await expectToWork(await bucketAt(plain(), { HTTP_PROXY: `http://me:password@${proxy.host}` }));
    expect(proxy.requests).toEqual([
      expect.stringContaining(`PUT ${plain()}/${name}/greeting`),
      expect.stringContaining(`GET ${plain()}/${name}/greeting`),
    ]);
  });

  it('is reached through a proxy at an https address, with one tunnel for several requests', async () => {
    const proxy = await proxyThat({ credentials: 'me:password' });
    const env = { HTTPS_PROXY: `http://me:password@${proxy.host}`, AWS_CA_BUNDLE: authority.file };
    await expectToWork(await bucketAt(secure(), env));
    expect(proxy.requests).toEqual([`CONNECT s3.test:${tlsPort}`]);
  });

  it('is reached without the proxy where NO_PROXY says so', async () => {
    const proxy = await proxyThat();
    const env = { HTTP_PROXY: proxy.host, NO_PROXY: 's3.test' };
    await expect(checkBucket(await bucketAt(plain(), env))).rejects.toMatchObject({
      type: 'BucketUnavailable',
    });
    await expectToWork(await bucketAt(inject('s3').endpoint, { HTTP_PROXY: proxy.host }));
    expect(proxy.requests).toEqual([]);
  });

  it.each([
    [407, 'ProxyRefused', /\(set in HTTPS_PROXY\) refused its user and password/],
    [403, 'ProxyRefused', /does not allow s3\.test/],
    [502, 'ProxyUnavailable', /could not reach s3\.test/],
  ])('is not blamed for what the proxy refuses with %i', async (status, type, message) => {
    const proxy = await proxyThat({ refusal: { status } });
    const bucket = await bucketAt(secure(), { HTTPS_PROXY: proxy.host });
    const error = { type, message: expect.stringMatching(message) as unknown };
    await expect(checkBucket(bucket)).rejects.toMatchObject(error);
    await expect(bucket.putText('key', 'text', 'text/plain')).rejects.toMatchObject(error);
  });

  it('is not blamed for credentials that a proxy refuses at an http address', async () => {
    const proxy = await proxyThat({ credentials: 'me:password' });
    await expect(checkBucket(await bucketAt(plain(), { HTTP_PROXY: proxy.host }))).rejects.toMatchObject({
      type: 'ProxyRefused',
      httpStatus: 407,
    });
  });

  it('has an unknown outcome for a conditional PUT that fails at a proxy', async () => {
    const proxy = await proxyThat({ refusal: { status: 502 } });
    const bucket = await bucketAt(secure(), { HTTPS_PROXY: proxy.host });
    expect(await bucket.putJsonIf('key', '1', undefined)).toMatchObject({
      kind: 'unknown',
      error: { type: 'ProxyUnavailable' },
    });
  });
});

describe('the certificate of the storage', () => {
  it('is trusted when AWS_CA_BUNDLE names its authority', async () => {
    await expectToWork(await bucketAt(secure('127.0.0.1'), { AWS_CA_BUNDLE: authority.file }));
  });

  it('is not trusted otherwise, and the failure says what to do', async () => {
    await expect(checkBucket(await bucketAt(secure('127.0.0.1')))).rejects.toMatchObject({
      type: 'BucketUnavailable',
      message: expect.stringMatching(/UNABLE_TO_.*NODE_EXTRA_CA_CERTS or AWS_CA_BUNDLE/) as unknown,
    });
  });
});
