import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bucket } from '../../bronze/bucket.ts';
import { cooldownKey } from '../../bronze/cooldown-record.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { ActivityAttempt, openActivityWorker, type ActivityWorker } from '../support/activity-worker.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { connectS3 } from '../support/s3.ts';

const at = (hour: number): HourWindow => parseHourWindow(`2026-04-11T${String(hour).padStart(2, '0')}`);
const LIMITED = at(4);
const WAIT_MS = 2000;

let pipeline: Pipeline;
let workers: ActivityWorker[] = [];

beforeEach(async () => {
  pipeline = await openPipeline({ faults: [`${LIMITED}=429:${WAIT_MS / 1000}*1`] });
});

afterEach(async () => {
  for (const worker of workers) await worker.close();
  workers = [];
  await pipeline.close();
});

async function openWorker(
  env: Readonly<Record<string, string>> = {},
  bucket = pipeline.bucket,
): Promise<ActivityWorker> {
  const worker = await openActivityWorker({ ...pipeline, bucket }, env);
  workers.push(worker);
  return worker;
}

async function extract(worker: ActivityWorker, window: HourWindow): Promise<void> {
  const task = await new ActivityAttempt().run(worker.activities.extract, { window, round: 1 });
  if (task.folder !== null) await worker.activities.discard({ folder: task.folder });
}

async function meetsLimit(worker: ActivityWorker): Promise<void> {
  await expect(extract(worker, LIMITED)).rejects.toMatchObject({ type: 'RateLimited' });
}

/** When the 429 was answered, in milliseconds since the epoch. */
function limitedAt(): number {
  return pipeline.api.requests.find(({ faults }) => faults.includes('429'))?.at ?? Number.NaN;
}

/** How long after the 429 the last request came, in milliseconds. */
function lastRequestAfter(): number {
  return (pipeline.api.requests.at(-1)?.at ?? 0) - limitedAt();
}

describe('after a 429', () => {
  it('another worker waits, too, as long as the source has asked', async () => {
    const [first, second] = [await openWorker(), await openWorker()];
    await meetsLimit(first);
    await extract(second, at(5));
    expect(lastRequestAfter()).toBeGreaterThanOrEqual(WAIT_MS);
  });

  it('a worker that starts only then waits, too', async () => {
    await meetsLimit(await openWorker());
    await extract(await openWorker(), at(5));
    expect(lastRequestAfter()).toBeGreaterThanOrEqual(WAIT_MS);
  });

  it('a worker that has sent requests before waits, too', async () => {
    const [first, second] = [await openWorker(), await openWorker()];
    await extract(second, at(6));
    await meetsLimit(first);
    await extract(second, at(5));
    expect(lastRequestAfter()).toBeGreaterThanOrEqual(WAIT_MS);
  });

  it('hours that ask at the same time all wait', async () => {
    const [first, second] = [await openWorker(), await openWorker()];
    await meetsLimit(first);
    const before = pipeline.api.requests.length;
    await Promise.all([at(5), at(6), at(7)].map((window) => extract(second, window)));
    const times = pipeline.api.requests.slice(before).map((request) => request.at);
    expect(times).toHaveLength(3);
    expect(Math.min(...times) - limitedAt()).toBeGreaterThanOrEqual(WAIT_MS);
  });

  it('workers with another prefix do not wait', async () => {
    const [first, other] = [await openWorker(), await openWorker({ S3_PREFIX: 'other' })];
    await meetsLimit(first);
    await extract(other, at(5));
    expect(await pipeline.bucket.getText(cooldownKey('other'))).toBeUndefined();
    expect(await pipeline.bucket.getText(cooldownKey(pipeline.prefix))).toBeDefined();
  });
});

it('a storage that does not take the record, or does not give it, delays no hour and fails none', async () => {
  const client = connectS3();
  client.middlewareStack.add(
    (next) => (args) => {
      const { Key } = args.input as { Key?: string };
      return Key === cooldownKey(pipeline.prefix) ? Promise.reject(new Error('no answer')) : next(args);
    },
    { step: 'initialize' },
  );
  const worker = await openWorker({}, new Bucket(client, pipeline.bucket.name));
  await meetsLimit(worker);
  await extract(worker, at(5));
  // Its own pause holds all the same.
  expect(lastRequestAfter()).toBeGreaterThanOrEqual(WAIT_MS);
  client.destroy();
});
