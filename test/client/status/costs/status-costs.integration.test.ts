import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { startCountingProxy, type CountingProxy } from '../../../../bench/support/counting-proxy.ts';
import type { Bucket } from '../../../../bronze/bucket.ts';
import { OperationLog } from '../../../../bronze/operation-log.ts';
import { parseHourWindow } from '../../../../core/hour-window.ts';
import { bucketVariables } from '../../../../local/s3-access.ts';
import { runVerb, type Ended } from '../../../support/command-line.ts';
import { putManifest } from '../../../support/manifests.ts';
import { makeBucket } from '../../../support/s3.ts';

const PREFIX = 'amplitude';
const HOURS = ['2026-01-01T00', '2026-01-01T01', '2026-01-01T02'];
const range = ['--from', '2026-01-01T00', '--to', '2026-01-01T02'];

let bucket: Bucket;
let proxy: CountingProxy;
let folder: string;
let env: Record<string, string>;
let logBytes = 0;
let before: ReadonlyMap<string, number>;

beforeAll(async () => {
  const s3 = inject('s3');
  bucket = await makeBucket();
  proxy = await startCountingProxy(s3.endpoint);
  folder = await mkdtemp(join(tmpdir(), 'amplitude-export-costs-'));
  env = { ...bucketVariables({ ...s3, endpoint: proxy.url }, bucket.name), XDG_CACHE_HOME: folder };
  for (const hour of HOURS) {
    await putManifest(bucket, PREFIX, hour, { events: 2_000_000 });
    for (const activity of ['extract', 'parse', 'upload']) logBytes += await putLog(hour, activity);
  }
  // The cache has the manifests then.
  await status();
});

afterAll(async () => {
  await proxy.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  before = proxy.counts();
});

/** Stores the log of an attempt; that of an upload sent 3 PUTs of 100 bytes together and a GET. Returns its size. */
async function putLog(hour: string, activity: string): Promise<number> {
  const owner = {
    workflowId: 'w',
    runId: 'run',
    activity,
    attempt: 1,
    round: 1,
    window: parseHourWindow(hour),
  };
  const log = new OperationLog(owner);
  if (activity === 'extract') log.add({ operation: 'request', item: hour, outcome: 'ok' });
  if (activity === 'upload')
    log.addRequests([
      { operation: 'PutObject', requests: 3, bytes: 100 },
      { operation: 'GetObject', requests: 1, bytes: 0 },
    ]);
  await log.store(bucket, PREFIX);
  return log.toString().length;
}

async function status(...args: string[]): Promise<Ended> {
  return runVerb(['status', ...range, ...args], env);
}

/** How many requests of a kind the verb has sent. */
function sent(kind: string): number {
  return (proxy.counts().get(kind) ?? 0) - (before.get(kind) ?? 0);
}

describe('status --costs', () => {
  it('prints a table after the status', async () => {
    const ended = await status('--costs');
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toMatch(/^3 hours, 6,000,000 events, .*\n.*\n\ncosts +amount +USD/m);
    expect(ended.out).toMatch(/^PUT, COPY, POST, LIST requests +18 +0\.00009 +0\.00003 +0\.000015$/m);
    expect(ended.out).toMatch(/^GET and other requests +3 +0\.0000012 +0\.0000004 +0\.0000002$/m);
    expect(ended.out).toMatch(/^requests to Amplitude +3$/m);
    expect(ended.out).toMatch(/^Prices: AWS S3 Standard in us-east-1, /m);
  });

  it('prints costs as JSON, with the prices that it was given', async () => {
    const prices = { name: 'ours', usdPer1000PutRequests: 1000, usdPer1000GetRequests: 1, usdPerGiBMonth: 0 };
    const file = join(folder, 'prices.json');
    await writeFile(file, JSON.stringify(prices));
    const ended = await status('--costs', '--prices', file, '--json');
    expect(ended).toMatchObject({ code: 0, err: '' });
    const { costs, bytes } = JSON.parse(ended.out) as { costs: { stored: object }; bytes: number };
    const manifests = (await bucket.list(`${PREFIX}/manifests/`)).reduce((sum, one) => sum + one.bytes, 0);
    const money = {
      putRequests: 18,
      getRequests: 0.003,
      requests: 18.003,
      storagePerMonth: 0,
      firstMonth: 18.003,
    };
    const perHour = {
      putRequests: 6,
      getRequests: 0.001,
      requests: 6.001,
      storagePerMonth: 0,
      firstMonth: 6.001,
    };
    expect(costs).toEqual({
      prices,
      requests: { put: 18, get: 3, delete: 0, amplitude: 3 },
      bytesSent: 300 + logBytes,
      stored: { objects: 3 + 3 + 9, bytes: bytes + manifests + logBytes },
      usd: money,
      usdPerHour: perHour,
      usdPerMillionEvents: {
        putRequests: 3,
        getRequests: 0.0005,
        requests: 3.0005,
        storagePerMonth: 0,
        firstMonth: 3.0005,
      },
      logs: { read: 9, uncounted: 0, unreadable: 0 },
      unloggedAttempts: 0,
    });
  });

  it('sends one GET for each log and one LIST, and status without it none', async () => {
    await status('--costs');
    expect([sent('GET'), sent('LIST')]).toEqual([9, 2]);
    before = proxy.counts();
    expect(JSON.parse((await status('--json')).out)).not.toHaveProperty('costs');
    expect([sent('GET'), sent('LIST')]).toEqual([0, 1]);
  });

  it('warns of objects that are no logs, however large, and does not fail', async () => {
    const key = `${PREFIX}/logs/dt=2026-01-01/hour=01/run-extract-7.csv`;
    await bucket.putText(key, '<html>'.repeat(4_000_000), 'text/csv');
    try {
      const ended = await status('--costs');
      expect(ended.code).toBe(0);
      expect(ended.err).toBe(
        `warning: 1 objects among the operation logs cannot be read as logs, so the costs lack their requests: ${key} (it does not begin with the columns of an operation log)\n`,
      );
    } finally {
      await bucket.delete([key]);
    }
  });

  it('takes a range without any log', async () => {
    const ended = await runVerb(['status', '--from', '2025-01-01', '--to', '2025-03-01', '--costs'], env);
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toMatch(/^requests together, once +0 +0 +- +-$/m);
  });

  it('refuses prices that it cannot use, before any request', async () => {
    const file = join(folder, 'wrong.json');
    await writeFile(file, '{"name":"ours","usdPer1000PutRequests":"free"}');
    const ended = await status('--costs', '--prices', file);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain(
      `InputInvalid: --prices ${file}: usdPer1000PutRequests must be a number, 0 or more; usdPer1000GetRequests is missing`,
    );
    expect(await status('--prices', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('InputInvalid: --prices needs --costs') as unknown,
    });
    expect(proxy.counts()).toEqual(before);
  });
});
