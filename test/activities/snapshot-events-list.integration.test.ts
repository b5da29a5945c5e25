import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Info } from '@temporalio/activity';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../activities/snapshot-events-list.ts';
import { EVENTS_LIST_BYTES } from '../../amplitude/limits.ts';
import { readCooldown } from '../../bronze/cooldown-record.ts';
import { eventsListKey, eventsListLogFolder, eventsListManifestKey } from '../../bronze/events-list/keys.ts';
import { parseEventsListManifest, type EventsListManifest } from '../../bronze/events-list/manifest.ts';
import { Ledger } from '../../bronze/ledger.ts';
import { parseInterval } from '../../core/interval.ts';
import { eventsListJson } from '../../local/sample-api/events-list.ts';
import { ActivityAttempt, openActivityWorker } from '../support/activity-worker.ts';
import { temporaryFolder } from '../support/archives.ts';
import { startHostileSource } from '../support/hostile-source.ts';
import { parquetRows } from '../support/parquet-rows.ts';
import { readObject } from '../support/s3.ts';
import { openSharedActivityWorker } from '../support/shared-activity-worker.ts';

const { pipeline, worker } = await openSharedActivityWorker({ OUTPUTS: 'events,parquet' });
const { api, bucket, prefix } = pipeline;
const answer = eventsListJson({ changed: false });

beforeEach(() => api.setFaults([]));

/** One attempt at a snapshot, at noon of a date. */
async function snapshot(date: string, info: Partial<Info> = {}, of = worker): Promise<Snapshot> {
  const noonMs = Date.parse(`${date}T12:00:00Z`);
  const times = { scheduledTimestampMs: noonMs, currentAttemptScheduledTimestampMs: noonMs };
  const attempt = new ActivityAttempt({ activityType: 'snapshotEventsList', ...times, ...info });
  return attempt.run(of.activities.snapshotEventsList, undefined);
}

async function manifestOf(date: string): Promise<EventsListManifest> {
  const key = eventsListManifestKey(prefix, date);
  return parseEventsListManifest((await bucket.getText(key))?.text ?? '', key);
}

/** The keys in the bucket that belong to a date, in any format, without logs. */
async function keysOf(date: string): Promise<string[]> {
  const listed = await bucket.list(`${prefix}/`);
  return listed.map(({ key }) => key).filter((key) => key.includes(`dt=${date}`) && !key.includes('/logs/'));
}

/** The rows of an attempt's operation log, from the operation on. */
async function logOf(date: string, attempt: number): Promise<string[]> {
  const key = `${eventsListLogFolder(prefix, date)}test-run-snapshotEventsList-${attempt}.csv`;
  const rows = (await bucket.getText(key))?.text.trim().split('\n').slice(1) ?? [];
  const place = /^[^,]+,test-workflow,test-run,snapshotEventsList,\d+,,/;
  expect(rows.filter((row) => !place.test(row))).toEqual([]);
  return rows.map((row) => row.replace(place, ''));
}

describe('a snapshot of the events list', () => {
  it('lands the bytes that Amplitude sent, as NDJSON and as Parquet', async () => {
    const date = '2026-01-01';
    const { data } = JSON.parse(answer) as { data: { id: number; name: string }[] };
    const found = await snapshot(date);
    const manifest = await manifestOf(date);
    const [ndjson, parquet] = manifest.outputs;
    expect(found).toEqual({
      date,
      outcome: 'landed',
      revision: 1,
      events: data.length,
      bytes: (ndjson?.bytes ?? 0) + (parquet?.bytes ?? 0),
      objects: 2,
    });
    const { attemptId } = manifest;
    expect(manifest).toMatchObject({
      date,
      events: data.length,
      source: {
        httpStatus: 200,
        fetchedAt: expect.stringContaining(`${date}T12:0`) as unknown,
        bytes: Buffer.byteLength(answer),
        sha256: createHash('sha256').update(answer).digest('hex'),
      },
      outputs: [
        { key: eventsListKey(prefix, 'events_list', date, attemptId), events: data.length },
        { key: eventsListKey(prefix, 'events_list_parquet', date, attemptId), events: data.length },
      ],
      workflowId: 'test-workflow',
      runId: 'test-run',
      producer: 'test/1',
    });
    const lines = gunzipSync(await readObject(bucket, ndjson?.key ?? '')).toString();
    expect(`{"data":[${lines.trim().split('\n').join(',')}]}`).toBe(answer);
    const file = join(await temporaryFolder(), 'events-list.parquet');
    await writeFile(file, await readObject(bucket, parquet?.key ?? ''));
    const rows = await parquetRows([file]);
    expect(rows.map((row) => [row['id'], row['name']])).toEqual(
      data.map(({ id, name }) => [BigInt(id), name]),
    );
  });

  it('logs its operations', async () => {
    const rows = await logOf('2026-01-01', 1);
    const operations = rows.map((row) => row.split(',')[0]);
    expect(operations).toEqual([
      'get-cooldown',
      'request',
      'download',
      'parse',
      'write-parquet',
      'get-manifest',
      'put-object',
      'put-object',
      'put-manifest',
      'list',
      'commit',
      'snapshotEventsList',
      's3-requests',
      's3-requests',
      's3-requests',
      's3-requests',
    ]);
    const requests = rows.slice(-4).map((row) => row.split(',').filter((_, at) => at === 1 || at === 8));
    expect(Object.fromEntries(requests)).toEqual({
      GetObject: '2',
      PutObject: '3',
      ListObjectsV2: '2',
      ListMultipartUploads: '1',
    });
    expect(rows[1]).toMatch(/^request,events list,,,\d+,200,ok,,$/);
  });

  it('leaves no files on the worker', async () => {
    expect(await snapshot('2026-01-07')).toMatchObject({ objects: 2 });
    expect(await worker.workFolders()).toEqual([]);
  });

  it('of a list without event types has no objects, and replaces the one of its day', async () => {
    const date = '2026-01-02';
    await snapshot(date);
    const source = await startHostileSource();
    source.answerEventsList((_request, response) => void response.end('{"data":[]}'));
    const other = await openActivityWorker(pipeline, { AMP_EXPORT_URL: source.url });
    try {
      const info = {
        workflowExecution: { workflowId: 'test-workflow', runId: 'another-run' },
        currentAttemptScheduledTimestampMs: Date.parse(`${date}T13:00:00Z`),
      };
      expect(await snapshot(date, info, other)).toMatchObject({ events: 0, objects: 0, revision: 2 });
    } finally {
      await other.close();
      await source.close();
    }
    expect(await keysOf(date)).toEqual([eventsListManifestKey(prefix, date)]);
  });

  it('with the same list changes nothing, and with another one replaces the one of its day', async () => {
    const date = '2026-01-03';
    const run = (hour: number): Partial<Info> => ({
      workflowExecution: { workflowId: 'test-workflow', runId: `run at ${hour}` },
      currentAttemptScheduledTimestampMs: Date.parse(`${date}T${hour}:00:00Z`),
    });
    await snapshot(date, run(12));
    const before = await manifestOf(date);
    expect(await snapshot(date, run(13))).toMatchObject({ outcome: 'unchanged', revision: 1 });
    expect(await manifestOf(date)).toEqual(before);
    api.setFaults(['events-list=changed']);
    const changed = await snapshot(date, run(14));
    expect(changed).toMatchObject({ outcome: 'landed', revision: 2, events: before.events + 1 });
    const { outputs } = await manifestOf(date);
    const named = [...outputs.map(({ key }) => key), eventsListManifestKey(prefix, date)];
    expect((await keysOf(date)).toSorted()).toEqual(named.toSorted());
    // History is kept.
    expect(await keysOf('2026-01-01')).toHaveLength(3);
  });

  it('without parquet in OUTPUTS lands as NDJSON only', async () => {
    const date = '2026-01-04';
    const other = await openActivityWorker(pipeline);
    try {
      expect(await snapshot(date, {}, other)).toMatchObject({ objects: 1 });
    } finally {
      await other.close();
    }
    expect((await manifestOf(date)).outputs.map(({ format }) => format)).toEqual(['events_list']);
  });

  it('is of the date of its request, also when the activity began the day before', async () => {
    const late = Date.parse('2026-01-06T00:00:01Z');
    const found = await snapshot('2026-01-05', { currentAttemptScheduledTimestampMs: late, attempt: 2 });
    expect(found.date).toBe('2026-01-06');
    expect((await manifestOf('2026-01-06')).source.fetchedAt).toMatch(/^2026-01-06T00:00/);
    // Its logs are with those of its first attempt.
    expect(await logOf('2026-01-05', 2)).toContain('attempt,1,,,,,killed,it left no log,');
  });

  it('is no hour of the ledger', async () => {
    expect(await snapshot('2026-01-08')).toMatchObject({ date: '2026-01-08' });
    const ledger = new Ledger(bucket, prefix);
    const interval = parseInterval({ start: '2026-01-01T00', end: '2026-01-08T23' });
    expect([...(await ledger.list(interval)).keys()]).toEqual([]);
    expect([...(await ledger.attempted(['2026-01-01', '2026-01-08']))]).toEqual([]);
  });
});

describe('an attempt at a snapshot', () => {
  const date = '2026-02-01';

  it.each([
    ['500', 'SourceUnavailable', false],
    ['429:7', 'RateLimited', false],
    ['early-close', 'ConnectionLost', false],
    ['403', 'AccessDenied', true],
    ['html', 'EventsListInvalid', true],
    ['truncated', 'EventsListInvalid', true],
  ])('that meets the fault %s fails as %s', async (fault, type, nonRetryable) => {
    api.setFaults([`events-list=${fault}`]);
    await expect(snapshot(date)).rejects.toMatchObject({ type, nonRetryable });
    expect(await keysOf(date)).toEqual([]);
    expect(await worker.workFolders()).toEqual([]);
  });

  it('that meets a limit waits as long as it is asked, and no hour waits with it', async () => {
    api.setFaults(['events-list=429:7']);
    await expect(snapshot(date)).rejects.toMatchObject({ nextRetryDelay: 7000 });
    expect(await readCooldown(pipeline.bucket, pipeline.prefix, Date.now())).toBe(0);
  });

  it('that gets far more than an events list fails, and does not keep it', async () => {
    const source = await startHostileSource();
    source.answerEventsList((_request, response) => void response.end(' '.repeat(EVENTS_LIST_BYTES + 1)));
    const other = await openActivityWorker(pipeline, { AMP_EXPORT_URL: source.url });
    try {
      await expect(snapshot(date, {}, other)).rejects.toMatchObject({
        type: 'EventsListInvalid',
        message: expect.stringMatching(/^the events list is over 16777216 bytes/) as unknown,
      });
      expect(await other.workFolders()).toEqual([]);
    } finally {
      await other.close();
      await source.close();
    }
  });

  it('gives up when HOUR_RETRY_FOR is over', async () => {
    api.setFaults(['events-list=500']);
    const other = await openActivityWorker(pipeline, { HOUR_RETRY_FOR: '0s' });
    try {
      await expect(snapshot(date, { attempt: 2 }, other)).rejects.toMatchObject({
        type: 'RetriesExhausted',
        nonRetryable: true,
      });
    } finally {
      await other.close();
    }
  });
});
