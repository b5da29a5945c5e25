import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import { makeAbortable } from '../../bronze/abortable-requests.ts';
import { Bucket } from '../../bronze/bucket.ts';
import { ensureBucket } from '../../bronze/connect.ts';
import { observeRequests } from '../../bronze/observe-requests.ts';
import { countRequest } from '../../bronze/request-count.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { MARKER_FILE } from '../../work-dir/worker-folder.ts';
import { bucketVariables, type S3Access } from '../../local/s3-access.ts';
import { startSampleApi, type SampleApi, type SampleApiOptions } from '../../local/sample-api/server.ts';
import type { SampleOptions } from '../../local/sample-api/sample-day.ts';
import { startVerb, type RunningVerb } from './command-line.ts';

/** Keys that occur in no other text, so that a search finds a leak. */
export const secrets = {
  AMP_API_KEY: 'api-key-5d1f0c77b3',
  AMP_SECRET_KEY: 'secret-key-9a04e2c6d8',
} as const;

/** A bucket, a task queue and a sample API for one test, on the servers that all tests share. */
export interface Pipeline {
  readonly api: SampleApi;
  readonly sample: SampleOptions;
  readonly bucket: Bucket;
  readonly prefix: string;
  readonly client: Client;
  readonly taskQueue: string;
  readonly workDir: string;
  /** The environment with which the command line uses them. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts a worker and waits until it takes tasks. It ends with the pipeline. */
  startWorker(env?: Readonly<Record<string, string>>): Promise<RunningVerb>;
  /** The work folders that are left in WORK_DIR, below the workers' own folders. */
  workFiles(): Promise<string[]>;
  close(): Promise<void>;
}

/** Sets up a pipeline on the servers that all tests share; by default the sample's busy hour is small. */
export async function openPipeline(options: Partial<SampleApiOptions> = {}): Promise<Pipeline> {
  return pipelineOn({ s3: inject('s3'), temporalAddress: inject('temporalAddress') }, options);
}

/** Sets up a pipeline on the servers given. */
export async function pipelineOn(
  { s3: access, temporalAddress: address }: { s3: S3Access; temporalAddress: string },
  options: Partial<SampleApiOptions> = {},
): Promise<Pipeline> {
  const { endpoint, region, accessKey, secretKey } = access;
  const name = `test-${Date.now()}-${Math.random().toString(36).slice(2, 8)}`;
  const s3 = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
  });
  observeRequests(s3, countRequest);
  makeAbortable(s3);
  const bucket = new Bucket(s3, name);
  await ensureBucket(bucket);
  const sample = { seed: name, projectId: 260786, busyEvents: 2000, ...options };
  const api = await startSampleApi({
    ...sample,
    apiKey: secrets.AMP_API_KEY,
    secretKey: secrets.AMP_SECRET_KEY,
  });
  const connection = await Connection.connect({ address });
  const workDir = await mkdtemp(join(tmpdir(), 'amplitude-export-work-'));
  const env = {
    ...secrets,
    AMP_EXPORT_URL: api.url,
    ...bucketVariables(access, name),
    TASK_QUEUE: name,
    TEMPORAL_ADDRESS: address,
    WORK_DIR: workDir,
    // Tests read what a worker warns of.
    LOG_FORMAT: 'text',
    LOG_LEVEL: 'warn',
  };
  const workers: RunningVerb[] = [];
  return {
    api,
    sample,
    bucket,
    prefix: 'amplitude',
    client: new Client({ connection }),
    taskQueue: name,
    workDir,
    env,
    startWorker: async (more = {}) => {
      const worker = startVerb(['worker'], { ...env, ...more });
      workers.push(worker);
      await worker.saying(/worker ready/);
      return worker;
    },
    workFiles: async () => {
      const folders = await readdir(workDir);
      const files = await Promise.all(folders.map((folder) => readdir(join(workDir, folder))));
      return files.flat().filter((name) => name !== MARKER_FILE);
    },
    close: async () => {
      for (const { child } of workers) child.kill('SIGKILL');
      await Promise.all(workers.map(({ ended }) => ended));
      await api.close();
      await connection.close();
      s3.destroy();
      await rm(workDir, { recursive: true, force: true });
    },
  };
}

/** The 24 hour windows of a date such as `2026-01-01`. */
export function hoursOfDay(date: string): HourWindow[] {
  return Array.from({ length: 24 }, (_, hour) => parseHourWindow(`${date}T${String(hour).padStart(2, '0')}`));
}
