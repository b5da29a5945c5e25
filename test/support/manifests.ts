import type { Bucket } from '../../bronze/bucket.ts';
import { hourFolder, manifestKey } from '../../bronze/keys.ts';
import { statusOf, type Manifest } from '../../bronze/manifest.ts';
import { summarizeManifest, type HourSummary } from '../../bronze/hour-summary.ts';
import { parseHourWindow } from '../../core/hour-window.ts';

/** A manifest as the upload writes it, with `changes`; it names one object of 1,000 bytes when it has events. */
export function manifestOf(hour: string, changes: Partial<Manifest> = {}): Manifest {
  const { events = 100, rejected = 0 } = changes;
  const output = { key: 'events', format: 'events', events, bytes: 1000, sha256: '', crc64nvme: '' } as const;
  return {
    version: 1,
    window: parseHourWindow(hour),
    status: statusOf({ events, rejected }),
    revision: 1,
    epoch: 0,
    attemptId: '0123456789ab',
    eventsBefore: null,
    source: { host: 'example', httpStatus: 200, bytes: 1, sha256: null, fetchedAt: `${hour}:59:00.000Z` },
    members: [],
    outputs: events === 0 ? [] : [output],
    superseded: [],
    events,
    rejected,
    digest: '',
    firstUploadTime: events === 0 ? null : `${hour}:00:01`,
    lastUploadTime: events === 0 ? null : `${hour}:59:59`,
    workflowId: 'some-workflow',
    runId: 'some-run',
    createdAt: `${hour}:59:59.000Z`,
    producer: 'test/1',
    ...changes,
  };
}

/** The summary of such a manifest, with `changes`. */
export function summaryOf(hour: string, changes: Partial<HourSummary> = {}): HourSummary {
  const { events = 100, rejected = 0 } = changes;
  const place = { window: parseHourWindow(hour), etag: '"1"', key: hour };
  return { ...summarizeManifest(manifestOf(hour, { events, rejected }), place), ...changes };
}

/** Stores a manifest, or any text, under the hour's manifest key. */
export async function putManifest(
  bucket: Bucket,
  prefix: string,
  hour: string,
  content: Partial<Manifest> | string = {},
): Promise<void> {
  const text = typeof content === 'string' ? content : JSON.stringify(manifestOf(hour, content));
  await bucket.putText(manifestKey(prefix, parseHourWindow(hour)), text, 'application/json');
}

/** Stores an operation log of an hour, as after an attempt. */
export async function putLog(bucket: Bucket, prefix: string, hour: string): Promise<void> {
  const folder = hourFolder(prefix, 'logs', parseHourWindow(hour));
  await bucket.putText(`${folder}run-extract-1.csv`, 'time\n', 'text/csv');
}
