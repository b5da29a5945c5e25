import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bucket } from '../../bronze/bucket.ts';
import { checkBucket, openBucket } from '../../bronze/connect.ts';
import { storageLimits } from '../../bronze/limits.ts';
import { putObject, type ObjectSource } from '../../bronze/put-object.ts';
import { storedChecksum } from '../../bronze/read-object.ts';
import { checksumFile } from '../../core/checksum.ts';
import { Secret } from '../../core/secret.ts';
import { freePorts } from '../../local/free-ports.ts';
import { GuardedStore, type Refusal } from '../support/guarded-store.ts';
import { temporaryFolder } from '../support/s3.ts';

const MiB = 1024 * 1024;
const EXPIRED = { status: 400, code: 'ExpiredToken' };
const folder = await temporaryFolder();
let store: GuardedStore;
let files = 0;

beforeEach(async () => {
  store = new GuardedStore();
  await store.start();
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', store.endpoint);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  // Only the clock is faked: it decides when credentials may be read again.
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  store.close();
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

function path(): string {
  files += 1;
  return join(folder, `file-${files}`);
}

/** A shared credentials file that the default chain finds. Returns a function that writes another token into it. */
function sharedFile(token: string): (token: string) => void {
  const file = path();
  const renew = (sessionToken: string): void =>
    writeFileSync(
      file,
      `[default]\naws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = secret-of-${sessionToken}\naws_session_token = ${sessionToken}\n`,
    );
  renew(token);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file);
  vi.stubEnv('AWS_CONFIG_FILE', path());
  return renew;
}

/** A process that the default chain asks, and how often it was asked. */
function credentialProcess(
  token: string,
  expiration?: string,
): { renew: (token: string) => void; asked: () => number } {
  const [config, answer, log] = [path(), path(), path()];
  const renew = (SessionToken: string): void =>
    writeFileSync(
      answer,
      JSON.stringify({
        Version: 1,
        AccessKeyId: 'ASIAEXAMPLE',
        SecretAccessKey: 'secret',
        SessionToken,
        Expiration: expiration,
      }),
    );
  renew(token);
  writeFileSync(log, '');
  writeFileSync(config, `[default]\ncredential_process = sh -c "echo >> ${log}; cat ${answer}"\n`);
  vi.stubEnv('AWS_CONFIG_FILE', config);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path());
  return { renew, asked: () => readFileSync(log).length };
}

/** A role by a web identity; its token service is at this address. */
function webIdentity(service: string): void {
  const [config, token] = [path(), path()];
  writeFileSync(token, 'token');
  writeFileSync(
    config,
    `[default]\nrole_arn = arn:aws:iam::123456789012:role/lake\nweb_identity_token_file = ${token}\n`,
  );
  vi.stubEnv('AWS_CONFIG_FILE', config);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path());
  vi.stubEnv('AWS_ENDPOINT_URL_STS', service);
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
}

function open(): Promise<Bucket> {
  const limits = { ...storageLimits, multipartFromBytes: 6 * MiB, partBytes: 5 * MiB };
  return openBucket({ bucket: 'lake', limits });
}

/** Refuses every token but this one. */
function only(token: string, refusal: Refusal = EXPIRED): void {
  store.guard = (request) => (request.token === token ? undefined : refusal);
}

async function sourceOf(bytes: number): Promise<ObjectSource> {
  const file = path();
  await writeFile(file, randomBytes(bytes));
  return { file, start: 0, ...(await checksumFile(file)) };
}

function failureOf(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Every kind of request, many at once: small texts, streams, an upload in parts, reads, lists, HEAD. */
async function workload(bucket: Bucket): Promise<() => Promise<unknown>[]> {
  const [stream, large] = await Promise.all([sourceOf(3 * MiB), sourceOf(16 * MiB)]);
  await bucket.putText('text', 'text', 'text/plain');
  return () => [
    putObject(bucket, 'large', large),
    ...Array.from({ length: 12 }, (_, index) => [
      putObject(bucket, `stream-${index}`, stream),
      bucket.putText(`text-${index}`, 'text', 'text/plain'),
      bucket.putJsonIf(`json-${index}`, '{}', undefined),
      bucket.getText('text'),
      bucket.list('folder/'),
      storedChecksum(bucket, 'text'),
    ]).flat(),
  ];
}

describe('credentials that are renewed in the shared file', () => {
  it('during many requests make none of them fail', async () => {
    const renew = sharedFile('old');
    only('old');
    const bucket = await open();
    const start = await workload(bucket);
    const before = store.seen.length;
    let [valid, refused] = ['old', 0];
    const rotate = (token: string): void => {
      valid = token;
      renew(token);
      vi.advanceTimersByTime(5_000);
    };
    // Once during texts and streams, and once during the parts of an upload.
    store.guard = ({ token, query }) => {
      if (valid === 'old' && store.seen.length - before > 15) rotate('new');
      if (valid === 'new' && query.get('partNumber') === '2') rotate('newer');
      if (token === valid) return undefined;
      refused += 1;
      return EXPIRED;
    };
    const results = await Promise.allSettled(start());
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect([valid, refused > 5]).toEqual(['newer', true]);
    expect(store.bytesOf('large')).toHaveLength(16 * MiB);
    expect(store.bytesOf('stream-11')).toHaveLength(3 * MiB);
  });

  it('are used although the storage refuses the old ones without a reason, as it does after HEAD', async () => {
    const renew = sharedFile('old');
    only('old');
    const bucket = await open();
    await bucket.putText('text', 'text', 'text/plain');
    only('new');
    renew('new');
    // The object is there; no checksum was sent with it.
    expect(await storedChecksum(bucket, 'text')).toBeNull();
    only('newer', { status: 403, code: 'InvalidAccessKeyId' });
    renew('newer');
    vi.advanceTimersByTime(5_000);
    await checkBucket(bucket);
  });

  it.each([
    [403, 'AccessDenied'],
    [403, 'InvalidAccessKeyId'],
    [403, 'SignatureDoesNotMatch'],
    [400, 'InvalidToken'],
    [400, 'TokenRefreshRequired'],
    [404, 'XAdminUserNotFound'],
  ])('are read again after %i %s', async (status, code) => {
    const renew = sharedFile('old');
    only('old');
    const bucket = await open();
    await bucket.putText('text', 'text', 'text/plain');
    renew('new');
    only('new', { status, code });
    await bucket.putText('text', 'other', 'text/plain');
    expect(store.bytesOf('text')?.toString()).toBe('other');
  });
});

describe('credentials that are renewed too late', () => {
  it('are waited for: the error is one to retry', async () => {
    const renew = sharedFile('old');
    const bucket = await open();
    only('new');
    expect(await failureOf(bucket.putText('text', 'text', 'text/plain'))).toMatchObject({
      type: 'CredentialsExpired',
      httpStatus: 400,
      message: expect.stringMatching(/no longer accepts the credentials.*ExpiredToken/) as unknown,
    });
    const source = await sourceOf(1000);
    expect(await failureOf(putObject(bucket, 'stream', source))).toMatchObject({
      type: 'CredentialsExpired',
    });
    renew('new');
    vi.advanceTimersByTime(5_000);
    await putObject(bucket, 'stream', source);
    expect(store.bytesOf('stream')).toHaveLength(1000);
  });

  it('are waited for also when the old ones are gone from the file, or unknown to the storage', async () => {
    const renew = sharedFile('old');
    only('old');
    const bucket = await open();
    await bucket.putText('text', 'text', 'text/plain');
    only('new', { status: 403, code: 'InvalidAccessKeyId' });
    expect(await failureOf(bucket.list(''))).toMatchObject({ type: 'CredentialsExpired' });
    writeFileSync(process.env['AWS_SHARED_CREDENTIALS_FILE'] ?? '', '');
    vi.advanceTimersByTime(5_000);
    expect(await failureOf(bucket.list(''))).toMatchObject({ type: 'CredentialsExpired' });
    renew('new');
    vi.advanceTimersByTime(5_000);
    await bucket.list('');
  });

  it('are asked for again when they have expired and there are no new ones', async () => {
    const { renew } = credentialProcess('old', new Date(Date.now() + 1000).toISOString());
    const bucket = await open();
    await bucket.list('');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2000 });
    renew('old');
    expect(await failureOf(bucket.list(''))).toMatchObject({
      type: 'CredentialsExpired',
      message: expect.stringContaining('has no new ones') as unknown,
    });
  });
});

describe('a process or a service behind the credentials', () => {
  it('is asked once for all requests whose credentials have expired', async () => {
    const { renew, asked } = credentialProcess('old');
    only('old');
    const bucket = await open();
    await bucket.list('');
    expect(asked()).toBe(1);
    renew('new');
    only('new');
    await Promise.all(Array.from({ length: 50 }, () => bucket.list('')));
    expect(asked()).toBe(2);
  });

  it('is asked once in a while when the policy refuses request after request', async () => {
    const { asked } = credentialProcess('old');
    const bucket = await open();
    store.guard = () => ({ status: 403, code: 'AccessDenied' });
    for (let round = 1; round <= 3; round += 1) {
      const refused = Array.from({ length: 20 }, () => failureOf(bucket.list('')));
      for (const error of await Promise.all(refused)) expect(error).toMatchObject({ type: 'BucketDenied' });
      expect(asked()).toBe(1 + round);
      vi.advanceTimersByTime(5_000);
    }
  });

  it('is asked more rarely when it says when they expire', async () => {
    const { asked } = credentialProcess('old', new Date(Date.now() + 3_600_000).toISOString());
    const bucket = await open();
    store.guard = () => ({ status: 403, code: 'AccessDenied' });
    for (const after of [0, 5_000, 50_000]) {
      vi.advanceTimersByTime(after);
      expect(await failureOf(bucket.list(''))).toMatchObject({ type: 'BucketDenied' });
      expect(asked()).toBe(2);
    }
    vi.advanceTimersByTime(5_000);
    expect(await failureOf(bucket.list(''))).toMatchObject({ type: 'BucketDenied' });
    expect(asked()).toBe(3);
  });
});

describe('a chain that gives no credentials', () => {
  it('because its token service refuses is a final refusal, and not reported as one of the storage', async () => {
    webIdentity(store.endpoint);
    store.guard = () => ({ status: 403, code: 'AccessDenied' });
    expect(await failureOf((await open()).list(''))).toMatchObject({
      type: 'BucketDenied',
      message: expect.stringMatching(/^the AWS default chain was refused .*role/) as unknown,
    });
  });

  it('because its token service does not answer is tried again', async () => {
    const [port] = await freePorts(1);
    webIdentity(`http://127.0.0.1:${port}`);
    expect(await failureOf((await open()).list(''))).toMatchObject({ type: 'BucketUnavailable' });
  });

  it('because a browser session has ended says how to begin a new one', async () => {
    const config = path();
    const sso = {
      sso_start_url: 'https://sso.invalid',
      sso_region: 'us-east-1',
      sso_account_id: '123456789012',
    };
    const lines = Object.entries({ ...sso, sso_role_name: 'lake' }).map(
      ([name, value]) => `${name} = ${value}`,
    );
    writeFileSync(config, `[default]\n${lines.join('\n')}\n`);
    vi.stubEnv('AWS_CONFIG_FILE', config);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path());
    expect(await failureOf((await open()).list(''))).toMatchObject({
      type: 'BucketDenied',
      message: expect.stringContaining('("aws sso login" begins a new session)') as unknown,
    });
  });
});

describe('credentials that are not renewed', () => {
  it('are a final refusal when the storage never knew them', async () => {
    sharedFile('wrong');
    const bucket = await open();
    only('right', { status: 403, code: 'InvalidAccessKeyId' });
    expect(await failureOf(bucket.list(''))).toMatchObject({
      type: 'BucketDenied',
      message: expect.stringMatching(/does not know the access key.*AWS default chain/) as unknown,
    });
  });

  it('are a final refusal when there are none', async () => {
    sharedFile('gone');
    writeFileSync(process.env['AWS_SHARED_CREDENTIALS_FILE'] ?? '', '');
    expect(await failureOf((await open()).list(''))).toMatchObject({
      type: 'BucketDenied',
      message: expect.stringContaining('no S3 credentials were found') as unknown,
    });
  });

  it('are a final refusal when they are the pair of our own settings, which need a restart', async () => {
    const bucket = await openBucket({
      bucket: 'lake',
      credentials: {
        accessKey: 'ASIAEXAMPLE',
        secretKey: new Secret('secret'),
        sessionToken: new Secret('old'),
      },
    });
    only('old');
    await bucket.list('');
    only('new');
    expect(await failureOf(bucket.list(''))).toMatchObject({
      type: 'BucketDenied',
      message: expect.stringMatching(
        /expired: set .*S3_USER_SESSION_TOKEN to new ones, and restart/,
      ) as unknown,
    });
  });
});

describe('an error in which the storage repeats keys of the chain', () => {
  it('does not contain them', async () => {
    const renew = sharedFile('token-5309');
    only('token-5309');
    const bucket = await open();
    await bucket.list('');
    renew('token-8675');
    store.guard = () => ({
      status: 403,
      code: 'token-8675',
      message: 'secret-of-token-5309, secret-of-token-8675 and c2VjcmV0LW9mLXRva2VuLTg2NzU=',
    });
    const put = new PutObjectCommand({ Bucket: 'lake', Key: 'key', Body: 'text' });
    const error = await failureOf(bucket.client.send(put));
    expect(error).toMatchObject({ message: expect.stringMatching(/^\*\*\*, \*\*\* and \*\*\*$/) as unknown });
    expect(inspect(error, { depth: 2 })).not.toMatch(/secret-of/);
  });
});
