import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ownEndpoint, type BucketAddress } from '../../bronze/bucket-address.ts';
import { checkBucket, ensureBucket, openBucket } from '../../bronze/connect.ts';
import { storageLimits } from '../../bronze/limits.ts';
import { putObject } from '../../bronze/put-object.ts';
import { checksumFile } from '../../core/checksum.ts';
import { Secret } from '../../core/secret.ts';
import { GuardedStore } from '../support/guarded-store.ts';
import { temporaryFolder } from '../support/s3.ts';

const MiB = 1024 * 1024;
const ACCESS_POINT = 'arn:aws:s3:eu-west-1:123456789012:accesspoint/lake';
const credentials = { accessKey: 'key', secretKey: new Secret('the-secret-5309') };
const folder = await temporaryFolder();

beforeEach(() => {
  for (const name of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'none'));
});

afterEach(() => vi.unstubAllEnvs());

/** The address that a request for an object is sent to, and the region that it is signed for. */
async function requestOf(address: Partial<BucketAddress>): Promise<string> {
  const bucket = await openBucket({ bucket: 'lake', credentials, ...address });
  let sent = '';
  bucket.client.middlewareStack.add(
    () => async (args) => {
      const { protocol, hostname, port, path, headers } = args.request as {
        [Name in 'protocol' | 'hostname' | 'path']: string;
      } & { port?: number; headers: Record<string, string> };
      const region = /Credential=key\/\d+\/([\w-]+)/.exec(headers['authorization'] ?? '')?.[1];
      sent = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path} ${region}`;
      throw new Error('seen');
    },
    { step: 'deserialize', priority: 'high' },
  );
  await bucket.getText('object').catch((error: unknown) => error);
  return sent;
}

/** Makes this the AWS config file. */
let configs = 0;
async function configFile(text: string): Promise<void> {
  configs += 1;
  const file = join(folder, `config-${configs}`);
  await writeFile(file, text);
  vi.stubEnv('AWS_CONFIG_FILE', file);
}

describe("the bucket's name", () => {
  const inPath = 'http://store.test:9000/lake/object us-east-1';

  it('is part of the host at AWS, if the host allows it', async () => {
    expect(await requestOf({})).toBe('https://lake.s3.us-east-1.amazonaws.com/object us-east-1');
    expect(await requestOf({ bucket: 'My_Lake' })).toBe(
      'https://s3.us-east-1.amazonaws.com/My_Lake/object us-east-1',
    );
  });

  it.each(['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'])('is part of the path with %s', async (name) => {
    vi.stubEnv(name, 'http://store.test:9000');
    expect(await requestOf({})).toBe(inPath);
  });

  it.each([
    ['its endpoint_url', '[default]\nendpoint_url = http://store.test:9000\n'],
    [
      'its services',
      '[default]\nservices = own\n[services own]\ns3 =\n  endpoint_url = http://store.test:9000\n',
    ],
    ['another profile', '[default]\n[profile other]\nendpoint_url = http://store.test:9000\n', 'other'],
  ])('is part of the path with the AWS config file: %s', async (_, text, profile = 'default') => {
    await configFile(text);
    vi.stubEnv('AWS_PROFILE', profile);
    expect(await requestOf({})).toBe(inPath);
  });

  it('is part of the host or of the path, as the settings say', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://store.test:9000');
    expect(await requestOf({ pathStyle: false })).toBe('http://lake.store.test:9000/object us-east-1');
    vi.stubEnv('AWS_ENDPOINT_URL_S3', undefined);
    expect(await requestOf({ pathStyle: true })).toBe(
      'https://s3.us-east-1.amazonaws.com/lake/object us-east-1',
    );
  });

  it('may be the ARN of an access point, which has its own host and region', async () => {
    const expected = 'https://lake-123456789012.s3-accesspoint.eu-west-1.amazonaws.com/object eu-west-1';
    expect(await requestOf({ bucket: ACCESS_POINT })).toBe(expected);
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_S3_USE_ARN_REGION', 'false');
    expect(await requestOf({ bucket: ACCESS_POINT })).toBe(expected);
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://vpce.test');
    expect(await requestOf({ bucket: ACCESS_POINT })).toBe(
      'http://lake-123456789012.vpce.test/object eu-west-1',
    );
  });

  it('is refused at once when the SDK can make no address of it', async () => {
    const bucket = await openBucket({ bucket: ACCESS_POINT.replace('lake', 'La_ke'), credentials });
    await expect(bucket.list('')).rejects.toMatchObject({
      type: 'BucketDenied',
      message: expect.stringContaining('access point name may only contain') as unknown,
    });
  });
});

/** The message when the bucket cannot be opened. */
async function openingFails(pathStyle: boolean): Promise<string> {
  const bucket = await openBucket({ bucket: 'lake', credentials, pathStyle });
  return String(await checkBucket(bucket).catch((error: unknown) => error));
}

describe('a custom endpoint', () => {
  it('is the one that the SDK found, or none', async () => {
    await configFile('[default]\nendpoint_url = http://store.test:9000\n');
    expect(await ownEndpoint((await openBucket({ bucket: 'lake' })).client)).toBe('http://store.test:9000');
    vi.stubEnv('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true');
    expect(await ownEndpoint((await openBucket({ bucket: 'lake' })).client)).toBeUndefined();
  });

  it.each(['store.test:9000', 'http://user:the-password@store.test'])(
    'in the config file is a whole address without a password: %s',
    async (url) => {
      await configFile(`[default]\nendpoint_url = ${url}\n`);
      const error: unknown = await openBucket({ bucket: 'lake' }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        type: 'BucketDenied',
        message: expect.stringContaining('endpoint_url') as unknown,
      });
      expect(String(error)).not.toContain('the-password');
    },
  );

  it('is named when its host is not found, with what may help', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://store.invalid');
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
    expect(await openingFails(true)).toMatch(/host store\.invalid\)/);
    expect(await openingFails(false)).toMatch(/host lake\.store\.invalid: S3_FORCE_PATH_STYLE=true/);
  });
});

describe('a storage', () => {
  let store: GuardedStore;

  beforeEach(async () => {
    store = new GuardedStore();
    await store.start();
    vi.stubEnv('AWS_ENDPOINT_URL_S3', store.endpoint);
  });

  afterEach(() => store.close());

  it.each([
    [
      'no token',
      403,
      'InvalidAccessKeyId',
      /does not know the access key.*temporary key needs its session token/,
    ],
    ['a token of other keys', 400, 'InvalidToken', /S3_USER_SESSION_TOKEN/],
    ['a token of the past', 400, 'ExpiredToken', /has expired.*S3_USER_SESSION_TOKEN/],
    ['a wrong secret', 403, 'SignatureDoesNotMatch', /S3_USER_SECRET_KEY/],
    ['a path', 403, 'SecondLevelDomainForbidden', /S3_FORCE_PATH_STYLE=false/],
    ['a region', 400, 'AuthorizationHeaderMalformed', /AWS_REGION/],
  ])('that refuses a HEAD without a word is asked for its reason: %s', async (_, status, code, reason) => {
    store.guard = () => ({ status, code });
    const bucket = await openBucket({ bucket: 'lake', credentials });
    await expect(checkBucket(bucket)).rejects.toMatchObject({
      type: 'BucketDenied',
      message: expect.stringMatching(reason) as unknown,
    });
  });

  it('is sent the session token', async () => {
    const sessionToken = new Secret('the-token-5309');
    const bucket = await openBucket({ bucket: 'lake', credentials: { ...credentials, sessionToken } });
    await checkBucket(bucket);
    expect(store.seen.map(({ token }) => token)).toEqual(['the-token-5309']);
  });

  it.each([
    [{ algorithm: 'AES256' }, ['AES256', undefined]],
    [{ algorithm: 'aws:kms' }, ['aws:kms', undefined]],
    [{ algorithm: 'aws:kms', keyId: 'alias/lake' }, ['aws:kms', 'alias/lake']],
    [undefined, [undefined, undefined]],
  ] as const)(
    'is asked for encryption with every object, and nothing else: %o',
    async (encryption, expected) => {
      const limits = { ...storageLimits, multipartFromBytes: 6 * MiB, partBytes: 5 * MiB };
      const bucket = await openBucket({
        bucket: 'lake',
        credentials,
        limits,
        ...(encryption !== undefined && { encryption }),
      });
      const file = join(folder, 'large');
      await writeFile(file, randomBytes(6 * MiB));
      const checksums = await checksumFile(file);
      await bucket.putText('log', 'text', 'text/csv');
      await bucket.putJsonIf('manifest', '{}', undefined);
      await putObject(bucket, 'large', { file, start: 0, ...checksums });
      await putObject(bucket, 'small', {
        file,
        start: 0,
        ...(await checksumFile(file, { start: 0, bytes: 100 })),
      });
      await bucket.getText('log');
      const asked = store.seen.map(({ method, query, headers }) => ({
        makes: (method === 'PUT' && !query.has('partNumber')) || query.has('uploads'),
        asks: [
          headers['x-amz-server-side-encryption'],
          headers['x-amz-server-side-encryption-aws-kms-key-id'],
        ],
      }));
      expect(asked.filter(({ makes }) => makes)).toHaveLength(4);
      for (const { makes, asks } of asked) expect(asks).toEqual(makes ? expected : [undefined, undefined]);
    },
  );

  it('whose policy demands encryption is reported with the setting for it', async () => {
    store.guard = ({ method }) => (method === 'PUT' ? { status: 403, code: 'AccessDenied' } : undefined);
    const bucket = await openBucket({ bucket: 'lake', credentials });
    await expect(bucket.putText('log', 'text', 'text/csv')).rejects.toThrow(/policy.*S3_SSE/);
  });

  it('that allows LIST but refuses HEAD can be used', async () => {
    store.guard = ({ method }) => (method === 'HEAD' ? { status: 403, code: 'AccessDenied' } : undefined);
    const bucket = await openBucket({ bucket: 'lake', credentials });
    expect(await ensureBucket(bucket)).toBe('present');
  });
});

describe('an access point that does not exist', () => {
  it('is not made by setup', async () => {
    const store = new GuardedStore();
    await store.start();
    store.guard = ({ method }) =>
      method === 'HEAD' ? { status: 404, code: 'NoSuchAccessPoint' } : { status: 500, code: 'InternalError' };
    const bucket = await openBucket({ bucket: ACCESS_POINT, credentials });
    // Its host does not exist: all requests go to the store.
    const { hostname, port } = new URL(store.endpoint);
    bucket.client.middlewareStack.add(
      (next) => async (args) =>
        next({
          ...args,
          request: Object.assign(args.request as object, { protocol: 'http:', hostname, port: Number(port) }),
        }),
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(ensureBucket(bucket)).rejects.toMatchObject({
      type: 'BucketMissing',
      message: `the access point ${ACCESS_POINT} does not exist`,
    });
    expect(store.seen.map(({ method }) => method)).toEqual(['HEAD']);
    store.close();
  });
});
