import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Bucket } from '../bronze/bucket.ts';

/** Copies every object below a prefix to a folder, each under its key: the files can be read without an S3 client. */
export async function copyBucket(bucket: Bucket, prefix: string, folder: string): Promise<void> {
  for (const { key } of await bucket.list(prefix)) {
    const path = join(folder, key);
    await mkdir(dirname(path), { recursive: true });
    const { Body: body } = await bucket.client.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }));
    if (body instanceof Readable) await pipeline(body, createWriteStream(path));
  }
}
