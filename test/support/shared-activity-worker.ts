import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll } from 'vitest';
import { Bucket } from '../../bronze/bucket.ts';
import { openActivityWorker, type ActivityWorker } from './activity-worker.ts';
import { openPipeline, type Pipeline } from './pipeline.ts';

/**
 * A pipeline and an activity worker for all tests of a file; both are closed after the last test. With `client`, the
 * worker sends its requests to the bucket through it.
 */
export async function openSharedActivityWorker(
  env: Readonly<Record<string, string>> = {},
  client?: S3Client,
): Promise<{ readonly pipeline: Pipeline; readonly worker: ActivityWorker }> {
  const pipeline = await openPipeline();
  const bucket = client === undefined ? pipeline.bucket : new Bucket(client, pipeline.bucket.name);
  const worker = await openActivityWorker({ ...pipeline, bucket }, env);
  afterAll(async () => {
    await worker.close();
    await pipeline.close();
  });
  return { pipeline, worker };
}
