import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, it, onTestFinished } from 'vitest';
import { makeAbortable } from '../../../bronze/abortable-requests.ts';
import { Bucket } from '../../../bronze/bucket.ts';
import { Health, type RunningWorker } from '../../../worker/metrics/health.ts';
import { makeBucket } from '../../support/s3.ts';

type Polls = RunningWorker['connection']['workflowService']['describeTaskQueue'];

/** A worker whose Temporal server says this of its queue. */
async function healthOf(
  pollers: () => Promise<object[]>,
  bucket?: Bucket,
  state = 'RUNNING',
): Promise<Health> {
  const describeTaskQueue = (async () => ({ pollers: await pollers() })) as unknown as Polls;
  const health = new Health();
  health.started({
    workers: [{ getState: () => state as 'RUNNING' }],
    connection: { workflowService: { describeTaskQueue } as RunningWorker['connection']['workflowService'] },
    bucket: bucket ?? (await makeBucket()),
    namespace: 'default',
    workerTaskQueue: 'own',
  });
  return health;
}

const polls = async (): Promise<object[]> => [{}];

it('a worker that polls and reaches its bucket is ready', async () => {
  expect(await (await healthOf(polls)).problem()).toBeUndefined();
});

it.each([
  ['that has not started', new Health(), 'the worker is starting'],
  ['that ends', await healthOf(polls, undefined, 'STOPPING'), 'the worker is stopping'],
  [
    'whose polls do not arrive',
    await healthOf(async () => []),
    'the Temporal server sees no poll of this worker',
  ],
  [
    'that Temporal refuses',
    await healthOf(() => Promise.reject(new Error('no right'))),
    'the Temporal server: no right',
  ],
  [
    'that Temporal does not answer',
    await healthOf(() => new Promise(() => undefined)),
    'the Temporal server: no answer within 4 s',
  ],
])('a worker %s says so', async (_name, health, problem) => {
  expect(await health.problem()).toBe(problem);
});

it('a worker whose bucket does not answer says so', async () => {
  const silent = createServer((socket) => void socket.resume()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  });
  makeAbortable(client);
  onTestFinished(() => client.destroy());
  const health = await healthOf(polls, new Bucket(client, 'lake'));
  expect(await health.problem()).toBe('the bucket: no answer within 4 s');
});
