import { join } from 'node:path';
import { ensureBucket, openBucket } from '../bronze/connect.ts';
import type { Bucket } from '../bronze/bucket.ts';
import { manifestKey, objectKey } from '../bronze/keys.ts';
import { Ledger } from '../bronze/ledger.ts';
import { statusOf, type Manifest } from '../bronze/manifest.ts';
import { dateAndHour, parseHourWindow, type HourWindow } from '../core/hour-window.ts';
import { pMap } from '../core/p-map.ts';
import { hoursOf, parseInterval } from '../core/interval.ts';
import { Secret } from '../core/secret.ts';
import { readStatus } from '../client/status/read-status.ts';
import { statusPage } from '../client/status/page/status-page.ts';
import { statusText } from '../client/status/status-text.ts';
import { SummaryCache } from '../client/status/summary-cache.ts';
import { startS3Server } from '../local/s3-server.ts';
import type { Benchmark } from './support/benchmark.ts';
import { medianFigure, type Figure } from './support/figures.ts';

const year = parseInterval({ start: '2025-01-01T00', end: '2025-12-31T23' });
const PREFIX = 'amplitude';
const BUCKET = 'bench-status';
/** Members in each manifest. */
const MEMBERS = 4;

/**
 * Measures the status of a year, 8,760 manifests in SeaweedFS on this machine: with an empty cache, then with a full
 * one.
 */
const status: Benchmark = async ({ folder, small, say }) => {
  const server = await startS3Server({ kind: 'seaweedfs', dataDir: join(folder, 's3'), report: say });
  try {
    process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
    process.env['AWS_ENDPOINT_URL_S3'] = server.endpoint;
    process.env['AWS_REGION'] = server.region;
    const credentials = { accessKey: server.accessKey, secretKey: new Secret(server.secretKey) };
    const bucket = await openBucket({ bucket: BUCKET, credentials });
    await ensureBucket(bucket);
    const windows = hoursOf(small ? parseInterval({ start: '2025-01-01T00', end: '2025-01-01T23' }) : year);
    await pMap(
      windows,
      (window) => bucket.putText(manifestKey(PREFIX, window), manifestText(window), 'application/json'),
      { concurrency: 32 },
    );
    say(`${windows.length} manifests of ${manifestText(year.start).length} bytes`);
    const cold = await measure(bucket);
    const warm = [await measure(bucket), await measure(bucket)];
    return [...figuresOf('cold cache', [cold]), ...figuresOf('warm cache', warm)];
  } finally {
    await server.stop();
  }
};
export default status;

/** What it took to read and to show the status of a year once. Times in seconds. */
interface Shown {
  readonly read: number;
  readonly requests: number;
  readonly page: number;
}

function figuresOf(what: string, shown: readonly Shown[]): Figure[] {
  const each = (valueOf: (one: Shown) => number): number[] => shown.map(valueOf);
  return [
    medianFigure(
      `${what}: read a year`,
      's',
      each(({ read }) => read),
    ),
    medianFigure(
      `${what}: read a year`,
      'S3 requests',
      each(({ requests }) => requests),
    ),
    medianFigure(
      `${what}: page and text`,
      's',
      each(({ page }) => page),
    ),
  ];
}

async function measure(bucket: Bucket): Promise<Shown> {
  const counter = new RequestCounter(bucket);
  const cache = new SummaryCache({ endpoint: '', bucket: BUCKET, prefix: PREFIX });
  const startedAt = performance.now();
  const quiet = { onRead: () => undefined, onWarning: console.warn };
  const newestDue = parseHourWindow('2026-01-01T00');
  const status = await readStatus(year, new Ledger(bucket, PREFIX), cache, newestDue, quiet);
  const readAt = performance.now();
  const ui = { temporalUiUrl: 'http://localhost:8233', namespace: 'default' };
  statusPage(status, { ...ui, ledger: BUCKET, madeAt: new Date() });
  statusText(status, (_, cell) => cell);
  return {
    read: (readAt - startedAt) / 1000,
    requests: counter.end(),
    page: (performance.now() - readAt) / 1000,
  };
}

/** Counts the requests that a bucket sends from now on. */
class RequestCounter {
  readonly #bucket: Bucket;
  #count = 0;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
    bucket.client.middlewareStack.add(
      (next) => (args) => {
        this.#count += 1;
        return next(args);
      },
      { step: 'finalizeRequest', name: 'count' },
    );
  }

  /** Stops counting, and returns the number of requests, retries included. */
  end(): number {
    this.#bucket.client.middlewareStack.remove('count');
    return this.#count;
  }
}

function manifestText(window: HourWindow): string {
  const hour = Number(dateAndHour(window).hour);
  const events = 20_000 + 900 * hour;
  const rejected = hour === 13 ? 2 : 0;
  const attemptId = '0123456789ab';
  const sha256 = 'a'.repeat(64);
  const digest = `xxh64x2:${'b'.repeat(32)}`;
  const members = Array.from({ length: MEMBERS }, (_, index) => ({
    name: `260786/260786_${window}#${index}.json.gz`,
    bytes: 1_000_000,
    crc32: 123_456_789,
    events: events / MEMBERS,
    rejected: index === 0 ? rejected : 0,
    digest,
  }));
  const outputs = members.map((member, index) => ({
    key: objectKey(PREFIX, window, { format: 'events', index }, attemptId),
    format: 'events' as const,
    events: member.events,
    bytes: member.bytes,
    sha256,
    crc64nvme: 'AAAAAAAAAAA=',
  }));
  const time = `${window}:59:59.000Z`;
  const manifest: Manifest = {
    version: 1,
    window,
    status: statusOf({ events, rejected }),
    revision: 1,
    epoch: 0,
    attemptId,
    eventsBefore: null,
    source: { host: 'amplitude.com', httpStatus: 200, bytes: 4_000_000, sha256, fetchedAt: time },
    members,
    outputs,
    superseded: [],
    events,
    rejected,
    outsideWindow: 0,
    digest,
    firstUploadTime: time,
    lastUploadTime: time,
    workflowId: `amplitude-export-${dateAndHour(window).date}`,
    runId: '3f0b1c7e-8a5d-4a55-9a56-0a5f0d3a2b11',
    createdAt: time,
    producer: 'amplitude-export/0.1.0',
  };
  return `${JSON.stringify(manifest, null, 1)}\n`;
}
