import type { S3Client } from '@aws-sdk/client-s3';
import type { Secret } from '../core/secret.ts';
import { BucketDenied } from './errors.ts';
import type { StorageLimits } from './limits.ts';
import type { StorageNetwork } from './request-handler.ts';

/**
 * How the storage encrypts objects: with its own keys, or with AWS KMS and the key `keyId` (without it, the default
 * key).
 */
export type Encryption =
  { readonly algorithm: 'AES256' } | { readonly algorithm: 'aws:kms'; readonly keyId?: string };

/** An S3 key pair; a temporary one has a session token. */
export interface KeyPair {
  readonly accessKey: string;
  readonly secretKey: Secret;
  readonly sessionToken?: Secret;
}

/**
 * Which bucket, and how to reach it. `bucket` is a name or the ARN of an access point. Without `credentials` the AWS
 * default chain is asked. Without `pathStyle`, the bucket's name is part of the path if the storage is not AWS: few
 * other servers resolve host names that begin with a bucket's name.
 */
export interface BucketAddress extends StorageNetwork {
  readonly bucket: string;
  readonly credentials?: KeyPair;
  readonly pathStyle?: boolean;
  readonly encryption?: Encryption;
  readonly limits?: StorageLimits;
}

/** The region that the ARN of an access point names; undefined for the name of a bucket. */
export function arnRegion(bucket: string): string | undefined {
  return bucket.startsWith('arn:') ? bucket.split(':')[3] : undefined;
}

/**
 * The address of a storage other than AWS, as the SDK finds it in the environment or in the AWS config file.
 * Undefined for AWS.
 * @throws BucketDenied for a text that is not an address, or that holds a user or password
 */
export async function ownEndpoint(client: S3Client): Promise<string | undefined> {
  const endpoint = await client.config.serviceConfiguredEndpoint?.();
  if (endpoint === undefined) return undefined;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!isHttp || url.username !== '' || url.password !== '')
    throw new BucketDenied(
      'the endpoint_url of the AWS config file must be a whole address that begins with https:// or http://, without user and password',
    );
  return endpoint;
}
