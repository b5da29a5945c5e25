import { join } from 'node:path';
import { ensureBucket, openBucket } from '../bronze/connect.ts';
import type { Bucket } from '../bronze/bucket.ts';
import { readLoggedRequests } from '../bronze/logged-requests.ts';
import { OperationLog } from '../bronze/operation-log.ts';
import { RequestCount } from '../bronze/request-count.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { hourCount, hoursOf, parseInterval, type Interval } from '../core/interval.ts';
import { pMap } from '../core/p-map.ts';
import { Secret } from '../core/secret.ts';
import { startS3Server } from '../local/s3-server.ts';
import type { Benchmark } from './support/benchmark.ts';
import { medianFigure, type Figure } from './support/figures.ts';

const month = parseInterval({ start: '2025-01-01T00', end: '2025-01-31T23' });
const day = parseInterval({ start: '2025-01-01T00', end: '2025-01-01T23' });
const PREFIX = 'amplitude';
const BUCKET = 'bench-costs';
const RUNS = 3;
/** The rows of each activity's log, for an hour of three members. */
const ROWS = { extract: 4, parse: 5, upload: 10 } as const;
const MEBIBYTE = 1024 * 1024;

/**
 * Measures how `status --costs` reads the operation logs of 24 hours and of a month, three for each hour, in SeaweedFS on
 * this machine.
 */
const costs: Benchmark = async ({ folder, small, say }) => {
  const server = await startS3Server({ kind: 'seaweedfs', dataDir: join(folder, 's3'), report: say });
  try {
    process.env['AWS_ENDPOINT_URL_S3'] = server.endpoint;
    process.env['AWS_REGION'] = server.region;
    const credentials = { accessKey: server.accessKey, secretKey: new Secret(server.secretKey) };
    const bucket = await openBucket({ bucket: BUCKET, credentials });
    await ensureBucket(bucket);
    const intervals = small ? [day] : [day, month];
    await pMap(hoursOf(intervals.at(-1) ?? day), (window) => putLogs(bucket, window), { concurrency: 16 });
    const figures: Figure[] = [];
    for (const interval of intervals) figures.push(...(await measure(bucket, interval)));
    return figures;
  } finally {
    await server.stop();
  }
};
export default costs;

async function putLogs(bucket: Bucket, window: HourWindow): Promise<void> {
  for (const [activity, rows] of Object.entries(ROWS)) {
    const runId = '3f0b1c7e-8a5d-4a55-9a56-0a5f0d3a2b11';
    const workflowId = `amplitude-export-${window}`;
    const log = new OperationLog({ workflowId, runId, activity, attempt: 1, round: 1, window });
    const item = `${PREFIX}/events/dt=2025-01-01/hour=00/part-0000-0123456789ab.json.gz`;
    for (let row = 0; row < rows; row += 1)
      log.add({ operation: 'put-object', item, bytes: 1_000_000, duration_ms: 20, outcome: 'ok' });
    log.addRequests([
      { operation: 'GetObject', requests: 1, bytes: 0 },
      { operation: 'PutObject', requests: 5, bytes: 5_000_000 },
      { operation: 'ListObjectsV2', requests: 3, bytes: 0 },
      { operation: 'ListMultipartUploads', requests: 1, bytes: 0 },
    ]);
    await log.store(bucket, PREFIX);
  }
}

async function measure(bucket: Bucket, interval: Interval): Promise<Figure[]> {
  const what = `the logs of ${hourCount(interval)} hours`;
  const seconds: number[] = [];
  const requests: number[] = [];
  const heap: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const count = new RequestCount();
    const before = process.memoryUsage().heapUsed;
    let most = before;
    const startedAt = performance.now();
    const read = await readLoggedRequests(bucket.counting(count), PREFIX, interval, () => {
      most = Math.max(most, process.memoryUsage().heapUsed);
    });
    seconds.push((performance.now() - startedAt) / 1000);
    requests.push(count.list().reduce((sum, counted) => sum + counted.requests, 0));
    heap.push((most - before) / MEBIBYTE);
    if (read.logs !== 3 * hourCount(interval)) throw new Error(`${read.logs} logs were read`);
  }
  return [
    medianFigure(what, 's', seconds),
    medianFigure(what, 'S3 requests', requests),
    medianFigure(what, 'MiB of heap more', heap),
  ];
}
