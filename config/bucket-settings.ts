import type { BucketAddress, Encryption, KeyPair } from '../bronze/bucket-address.ts';
import { Secret } from '../core/secret.ts';
import { readAuthorities } from './authorities.ts';
import type { EnvironmentReader } from './environment-reader.ts';
import { readProxies } from './proxies.ts';
import { httpUrl, textLike } from './readers.ts';

/** The bucket that the export lands in, and the prefix of all keys. */
export interface BucketSettings extends BucketAddress {
  readonly prefix: string;
}

/** Reads which bucket, how to reach it, and how objects are encrypted. Reports problems to the reader. */
export function bucketSettings(reader: EnvironmentReader): BucketSettings {
  for (const name of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) reader.check(name, httpUrl);
  reader.check('AWS_REGION', textLike(/^[a-z\d-]+$/, 'a region such as us-east-1'));
  const credentials = keyPair(reader);
  const encryption = encryptionSettings(reader);
  // Undefined if the name is missing or wrong, which `get` reports.
  const bucket = reader.get('AWS_BUCKET_NAME') as string | undefined;
  const pathStyle = reader.find('S3_FORCE_PATH_STYLE');
  if (pathStyle === 'true' && bucket?.startsWith('arn:')) {
    reader.report(
      'S3_FORCE_PATH_STYLE: an access point has its own host; remove the variable, or set it to false',
    );
  }
  return {
    bucket: bucket ?? '',
    prefix: reader.get('S3_PREFIX'),
    ...(credentials !== undefined && { credentials }),
    ...(pathStyle !== undefined && { pathStyle: pathStyle === 'true' }),
    ...(encryption !== undefined && { encryption }),
    proxies: reader.include(readProxies),
    ...reader.include(readAuthorities),
  };
}

function keyPair(reader: EnvironmentReader): KeyPair | undefined {
  const accessKey = reader.find('S3_USER_ACCESS_KEY');
  const secretKey = reader.find('S3_USER_SECRET_KEY');
  const givenToken = reader.find('S3_USER_SESSION_TOKEN');
  if ((accessKey === undefined) !== (secretKey === undefined)) {
    reader.report(
      'S3_USER_ACCESS_KEY and S3_USER_SECRET_KEY go together: set both, or neither for the AWS default chain',
    );
  }
  if (accessKey === undefined && secretKey === undefined && givenToken !== undefined) {
    reader.report('S3_USER_SESSION_TOKEN goes with S3_USER_ACCESS_KEY and S3_USER_SECRET_KEY: set all three');
  }
  if (accessKey === undefined || secretKey === undefined) return undefined;
  const sessionToken = givenToken ?? awsToken(reader, accessKey);
  if (sessionToken !== undefined) return { accessKey, secretKey, sessionToken };
  if (accessKey.startsWith('ASIA')) {
    reader.report(
      'S3_USER_ACCESS_KEY: a key that begins with ASIA is temporary and needs its session token: set S3_USER_SESSION_TOKEN',
    );
  }
  return { accessKey, secretKey };
}

/**
 * The SDK's session token, unless it belongs to another key: to the SDK's own access key, or because ours is
 * permanent and has none.
 */
function awsToken(reader: EnvironmentReader, accessKey: string): KeyPair['sessionToken'] {
  const sdkKey = reader.foreign('AWS_ACCESS_KEY_ID');
  const isOfAnother = sdkKey !== undefined && sdkKey !== accessKey;
  const token = reader.foreign('AWS_SESSION_TOKEN');
  if (token === undefined || isOfAnother || accessKey.startsWith('AKIA')) return undefined;
  return new Secret(token);
}

function encryptionSettings(reader: EnvironmentReader): Encryption | undefined {
  const algorithm = reader.find('S3_SSE');
  const keyId = reader.find('S3_SSE_KMS_KEY_ID');
  if (algorithm === 'aws:kms') return { algorithm, ...(keyId !== undefined && { keyId }) };
  if (keyId !== undefined) reader.report('S3_SSE_KMS_KEY_ID: goes with S3_SSE=aws:kms only');
  return algorithm && { algorithm };
}
