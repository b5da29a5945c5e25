import { gunzipSync } from 'node:zlib';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Bucket } from '../../bronze/bucket.ts';
import type { Manifest } from '../../bronze/manifest.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { servedLines } from '../../local/sample-api/oracle.ts';
import type { HourVariation, SampleOptions } from '../../local/sample-api/sample-day.ts';
import { ndjsonLines } from './ndjson-lines.ts';

/** Sorted lines, in Latin-1 (one character for each byte): equal when two hours hold the same lines, each as often. */
export interface Lines {
  readonly events: string[];
  readonly rejected: string[];
}

/** The lines that the sample API served for an hour: the expected result. */
export function served(sample: SampleOptions, window: HourWindow, variation?: HourVariation): Lines {
  const lines: Lines = { events: [], rejected: [] };
  for (const { line, bad } of servedLines(sample, window, variation)) {
    lines[bad ? 'rejected' : 'events'].push(line.toString('latin1'));
  }
  return sorted(lines);
}

/** The lines in the manifest's objects, read from the bucket. */
export async function landed(bucket: Bucket, manifest: Manifest): Promise<Lines> {
  const lines: Lines = { events: [], rejected: [] };
  for (const { key, format } of manifest.outputs) {
    if (format === 'raw' || format === 'parquet') continue;
    const found = ndjsonLines(gunzipSync(await readObject(bucket, key)));
    if (format === 'events') lines.events.push(...found);
    else lines.rejected.push(...found.map((record) => keptLine(record)));
  }
  return sorted(lines);
}

/** The bytes of an object. */
export async function readObject(bucket: Bucket, key: string): Promise<Buffer> {
  const answer = await bucket.client.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }));
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
}

function keptLine(record: string): string {
  const { base64 } = JSON.parse(record) as { base64: string };
  return Buffer.from(base64, 'base64').toString('latin1');
}

function sorted({ events, rejected }: Lines): Lines {
  return { events: events.toSorted(), rejected: rejected.toSorted() };
}
