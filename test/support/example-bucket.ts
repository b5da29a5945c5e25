import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import type { Bucket } from '../../bronze/bucket.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import type { ExampleBucket } from '../../local/examples/example.ts';
import { servedLines } from '../../local/sample-api/oracle.ts';
import { landLines, type LandedHour } from './land-lines.ts';
import { makeBucket } from './s3.ts';

const sample = { seed: 'examples', projectId: 260786 };

/** The first part of every key. A slash and an equals sign in it are legal. */
const PREFIX = 'bronze/amplitude';

/** The lines of the sample events of an hour. */
export function sampleEvents(window: HourWindow): string[] {
  return [...servedLines(sample, window)].filter(({ bad }) => !bad).map(({ line }) => line.toString());
}

/** A bucket of its own, with the hours that landed in it. */
export class TestBucket {
  readonly bucket: Bucket;
  readonly prefix = PREFIX;
  /** What each hour holds now. */
  readonly hours = new Map<HourWindow, LandedHour>();

  constructor(bucket: Bucket) {
    this.bucket = bucket;
  }

  static async make(): Promise<TestBucket> {
    return new TestBucket(await makeBucket());
  }

  /** Lands an hour, perhaps again; each landing is fetched later than those before. */
  async land(window: HourWindow, lines: readonly string[], parquet = true): Promise<void> {
    const minute = Math.max(0, ...[...this.hours.values()].map(({ minute }) => minute)) + 1;
    const hour = { lines, minute, parquet };
    await landLines(this.bucket, this.prefix, window, hour);
    this.hours.set(window, hour);
  }

  /** Stores a snapshot of the events list, with these ids of event types and these other lines, as the export does. */
  async putEventsList(
    date: string,
    ids: ReadonlyMap<string, number>,
    others: readonly object[] = [],
  ): Promise<void> {
    const key = `${this.prefix}/events_list/dt=${date}/events-list-0123456789ab.json.gz`;
    const listed = [...ids].map(([name, id]) => ({ id, name, value: name, hidden: false, totals: 1 }));
    const lines = [...listed, ...others].map((line) => `${JSON.stringify(line)}\n`);
    await this.bucket.client.send(
      new PutObjectCommand({ Bucket: this.bucket.name, Key: key, Body: gzipSync(lines.join('')) }),
    );
    const output = { key, format: 'events_list', events: lines.length };
    const manifest = { version: 1, date, outputs: lines.length === 0 ? [] : [output] };
    const manifestKey = `${this.prefix}/manifests/events_list/dt=${date}.json`;
    await this.bucket.putText(manifestKey, JSON.stringify(manifest, null, 1), 'application/json');
  }

  /** How the examples reach it. */
  get address(): ExampleBucket {
    const { endpoint, region, accessKey, secretKey } = inject('s3');
    const keys = { accessKeyId: accessKey, secretAccessKey: secretKey };
    return { endpoint, region, bucket: this.bucket.name, prefix: this.prefix, ...keys };
  }
}
