import { describe, expect, it } from 'vitest';
import { bucketSettings, type BucketSettings } from '../../config/bucket-settings.ts';
import { EnvironmentReader } from '../../config/environment-reader.ts';
import { ConfigurationInvalid } from '../../config/errors.ts';

type Environment = Readonly<Record<string, string>>;

function read(env: Environment): BucketSettings {
  const reader = new EnvironmentReader({ AWS_BUCKET_NAME: 'lake', ...env });
  const settings = bucketSettings(reader);
  reader.finish();
  return settings;
}

function problemsOf(env: Environment): readonly string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigurationInvalid) return error.problems;
    throw error;
  }
  return [];
}

const temporary = { S3_USER_ACCESS_KEY: 'ASIAEXAMPLE', S3_USER_SECRET_KEY: 'the-secret-4242' };
const lasting = { ...temporary, S3_USER_ACCESS_KEY: 'AKIAEXAMPLE' };
const ofStore = { ...temporary, S3_USER_ACCESS_KEY: 'minio' };

describe('the session token of the pair', () => {
  it.each<[string, Environment, string | undefined]>([
    ['is S3_USER_SESSION_TOKEN', { ...temporary, S3_USER_SESSION_TOKEN: 'ours' }, 'ours'],
    ['goes with any key', { ...ofStore, S3_USER_SESSION_TOKEN: 'ours' }, 'ours'],
    ['is AWS_SESSION_TOKEN where that stands alone', { ...temporary, AWS_SESSION_TOKEN: 'sdk' }, 'sdk'],
    [
      'is AWS_SESSION_TOKEN when the SDK has the same key',
      { ...ofStore, AWS_SESSION_TOKEN: 'sdk', AWS_ACCESS_KEY_ID: 'minio' },
      'sdk',
    ],
    [
      'is our own before that of the SDK',
      { ...temporary, S3_USER_SESSION_TOKEN: 'ours', AWS_SESSION_TOKEN: 'sdk' },
      'ours',
    ],
    [
      'is not a token of another key',
      { ...ofStore, AWS_SESSION_TOKEN: 'sdk', AWS_ACCESS_KEY_ID: 'ASIAOTHER' },
      undefined,
    ],
    ['is none with a lasting key of AWS', { ...lasting, AWS_SESSION_TOKEN: 'sdk' }, undefined],
  ])('%s', (_, env, token) => {
    expect(read(env).credentials?.sessionToken?.reveal()).toBe(token);
  });

  it('is required for a temporary key', () => {
    expect(problemsOf(temporary)).toEqual([
      expect.stringMatching(/S3_USER_ACCESS_KEY: .*ASIA.*set S3_USER_SESSION_TOKEN/),
    ]);
    const ofAnother = { AWS_SESSION_TOKEN: 'sdk', AWS_ACCESS_KEY_ID: 'ASIAOTHER' };
    expect(problemsOf({ ...temporary, ...ofAnother })).toHaveLength(1);
  });

  it('is refused without the pair', () => {
    expect(problemsOf({ S3_USER_SESSION_TOKEN: 'ours' })).toEqual([
      expect.stringMatching(/^S3_USER_SESSION_TOKEN goes with/),
    ]);
    expect(read({ AWS_SESSION_TOKEN: 'sdk' }).credentials).toBeUndefined();
  });
});

describe('the name of the bucket', () => {
  it.each([
    'Old_Bucket.2009',
    'lake-with-an-alias-s3alias',
    'arn:aws:s3:eu-west-1:123456789012:accesspoint/lake',
    'arn:aws-cn:s3:cn-north-1:123456789012:accesspoint:lake',
    'arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-01234567890123456/accesspoint/lake',
    'arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/lake',
  ])('may be %s', (name) => {
    expect(read({ AWS_BUCKET_NAME: name }).bucket).toBe(name);
  });

  it.each([
    ['s3://lake', 'without an address'],
    ['https://lake.s3.amazonaws.com', 'without an address'],
    ['lake/bronze', 'folders go into S3_PREFIX'],
    ['10.0.0.7', 'goes into AWS_ENDPOINT_URL_S3'],
    ['arn:aws:s3:::lake', 'the last part of its ARN'],
    ['arn:aws:s3::123456789012:accesspoint/m.mrap', 'this one is for several regions'],
    ['arn:aws:s3:eu-west-1:123456789012:bucket/lake', 'the ARN of an access point'],
    ['a bucket', '3 to 255 letters'],
  ])('is not %s, and the message says why', (name, why) => {
    expect(problemsOf({ AWS_BUCKET_NAME: name })).toEqual([expect.stringContaining(why)]);
  });

  it.each(['AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMIAK7MDENGAbPxRfiCYEXAMPLEKEY'])(
    'is not in the message if it is a key',
    (key) => {
      const [problem = ''] = problemsOf({ AWS_BUCKET_NAME: key });
      expect(problem).toContain('look like a key');
      expect(problem).not.toContain(key);
    },
  );

  it('cannot be in the path if it is the ARN of an access point', () => {
    const AWS_BUCKET_NAME = 'arn:aws:s3:eu-west-1:123456789012:accesspoint/lake';
    expect(problemsOf({ AWS_BUCKET_NAME, S3_FORCE_PATH_STYLE: 'false' })).toEqual([]);
    expect(problemsOf({ AWS_BUCKET_NAME, S3_FORCE_PATH_STYLE: 'true' })).toEqual([
      expect.stringMatching(/^S3_FORCE_PATH_STYLE: .*access point/),
    ]);
  });
});

describe('encryption', () => {
  it('with AWS KMS may name a key', () => {
    const { encryption } = read({ S3_SSE: 'aws:kms', S3_SSE_KMS_KEY_ID: 'alias/lake' });
    expect(encryption).toEqual({ algorithm: 'aws:kms', keyId: 'alias/lake' });
  });

  it.each<Environment>([{}, { S3_SSE: 'AES256' }])('of another kind has no such key: %o', (env) => {
    expect(problemsOf({ ...env, S3_SSE_KMS_KEY_ID: 'alias/lake' })).toEqual([
      expect.stringMatching(/^S3_SSE_KMS_KEY_ID: /),
    ]);
  });
});

describe('all problems of the bucket', () => {
  it('are reported together', () => {
    const problems = problemsOf({
      ...temporary,
      AWS_BUCKET_NAME: 's3://lake',
      S3_FORCE_PATH_STYLE: 'perhaps',
      S3_SSE_KMS_KEY_ID: 'alias/lake',
      AWS_REGION: 'Frankfurt',
    });
    expect(problems).toHaveLength(5);
    expect(problemsOf({ AWS_BUCKET_NAME: '', S3_FORCE_PATH_STYLE: 'true' })).toHaveLength(1);
  });
});
