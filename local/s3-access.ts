import { randomBytes } from 'node:crypto';

import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';

import { freePorts } from './free-ports.ts';

/** The address and the keys of an S3 server. */
export interface S3Access {
  /** The address; buckets are part of the path (`forcePathStyle`). */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A free port on 127.0.0.1 and random keys: every start of a server has its own. */
export async function chooseAccess(): Promise<S3Access> {
  const [port = 0] = await freePorts(1);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    accessKey: `LOCAL${randomBytes(8).toString('hex').toUpperCase()}`,
    secretKey: randomBytes(20).toString('hex'),
  };
}

/** The environment variables with which our programs use a bucket of a server. */
export function bucketVariables({ endpoint, region, accessKey, secretKey }: S3Access, bucket: string) {
  return {
    AWS_BUCKET_NAME: bucket,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: region,
    S3_USER_ACCESS_KEY: accessKey,
    S3_USER_SECRET_KEY: secretKey,
  };
}

/** The port of a server's address. */
export function portOf(access: S3Access): string {
  return new URL(access.endpoint).port;
}

/** Rejects unless a signed request succeeds; makes the bucket when one is named and does not exist. */
export async function answers(access: S3Access, bucket: string | undefined): Promise<void> {
  const client = new S3Client({
    endpoint: access.endpoint,
    region: access.region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: access.accessKey, secretAccessKey: access.secretKey },
  });
  const abortSignal = AbortSignal.timeout(5000);
  try {
    const { Buckets: buckets = [] } = await client.send(new ListBucketsCommand({}), { abortSignal });
    if (bucket === undefined || buckets.some(({ Name: name }) => name === bucket)) return;
    await client.send(new CreateBucketCommand({ Bucket: bucket }), { abortSignal });
  } finally {
    client.destroy();
  }
}
