import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bucket } from '../../../bronze/bucket.ts';
import type { Commit } from '../../../bronze/commit.ts';
import { commitEventsList, type EventsListDraft } from '../../../bronze/events-list/commit-events-list.ts';
import {
  eventsListKey,
  eventsListManifestKey,
  type EventsListFormat,
} from '../../../bronze/events-list/keys.ts';
import { parseEventsListManifest, type EventsListManifest } from '../../../bronze/events-list/manifest.ts';
import { eventsListStore } from '../../../bronze/events-list/store.ts';
import { checksumFile } from '../../../core/checksum.ts';
import { abandonUpload, fetchedAt, makeBucket, temporaryFolder } from '../../support/s3.ts';

const DATE = '2026-01-01';
const folder = await temporaryFolder();
let bucket: Bucket;
let prefixes = 0;
let runs = 0;

beforeAll(async () => {
  bucket = await makeBucket();
});

/** A snapshot, in short form: `lines` stands for its content, `at` for the minute of its request. */
interface Taken {
  readonly lines: string;
  readonly at: number;
  readonly formats?: readonly EventsListFormat[];
  readonly date?: string;
  readonly run?: string;
}

function freshPrefix(): string {
  prefixes += 1;
  return `prefix-${prefixes}`;
}

async function draftOf({
  lines,
  at,
  formats = ['events_list'],
  date = DATE,
  run,
}: Taken): Promise<EventsListDraft> {
  const objects = formats.map(async (format) => {
    const file = join(folder, `${format}-of-${lines}`);
    await writeFile(file, `${format} of ${lines}`);
    return { format, index: 0, events: 3, file, start: 0, ...(await checksumFile(file)) };
  });
  const source = { httpStatus: 200, fetchedAt: fetchedAt(at), bytes: 1, sha256: lines };
  const ids = { workflowId: 'snapshot', runId: run ?? `run ${(runs += 1)}` };
  return { content: { date, events: 3, digest: lines, source, ...ids }, objects: await Promise.all(objects) };
}

async function take(prefix: string, taken: Taken): Promise<Commit<EventsListManifest>> {
  const { date = DATE, formats = ['events_list'] } = taken;
  const store = eventsListStore(bucket, { prefix, date, formats }, 'test/1');
  return commitEventsList(store, await draftOf(taken));
}

/** What the bucket has: the manifests of some days, and all other keys. */
async function found(prefix: string, ...dates: string[]): Promise<{ named: string[]; keys: string[] }> {
  const manifestKeys = dates.map((date) => eventsListManifestKey(prefix, date));
  const manifests = await Promise.all(
    manifestKeys.map(async (key) => parseEventsListManifest((await bucket.getText(key))?.text ?? '', key)),
  );
  const listed = await bucket.list(`${prefix}/`);
  return {
    named: manifests.flatMap(({ outputs }) => outputs.map(({ key }) => key)).toSorted(),
    keys: listed.map(({ key }) => key).filter((key) => !manifestKeys.includes(key)),
  };
}

describe('a snapshot of the events list', () => {
  it('lands as a manifest and the objects that it names', async () => {
    const prefix = freshPrefix();
    const formats = ['events_list', 'events_list_parquet'] as const;
    const { outcome, manifest } = await take(prefix, { lines: 'x', at: 1, formats, run: 'this run' });
    expect(outcome).toBe('landed');
    const { attemptId } = manifest;
    expect(attemptId).toMatch(/^[0-9a-f]{12}$/);
    expect(manifest).toEqual({
      version: 1,
      kind: 'events_list',
      date: DATE,
      revision: 1,
      epoch: 0,
      attemptId,
      events: 3,
      digest: 'x',
      source: { httpStatus: 200, fetchedAt: fetchedAt(1), bytes: 1, sha256: 'x' },
      outputs: await Promise.all(
        formats.map(async (format) => ({
          key: eventsListKey(prefix, format, DATE, attemptId),
          format,
          events: 3,
          ...(await checksumFile(join(folder, `${format}-of-x`))),
        })),
      ),
      superseded: [],
      workflowId: 'snapshot',
      runId: 'this run',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
      producer: 'test/1',
    });
    const { named, keys } = await found(prefix, DATE);
    expect(keys.toSorted()).toEqual(named);
  });

  it('with the same lines lands nothing new', async () => {
    const prefix = freshPrefix();
    const first = await take(prefix, { lines: 'x', at: 1 });
    const second = await take(prefix, { lines: 'x', at: 2 });
    expect(second).toEqual({ outcome: 'unchanged', manifest: first.manifest });
    expect(await found(prefix, DATE)).toMatchObject({ keys: first.manifest.outputs.map(({ key }) => key) });
  });

  it('with the same lines lands in a format that was not wanted before', async () => {
    const prefix = freshPrefix();
    await take(prefix, { lines: 'x', at: 1 });
    const formats = ['events_list', 'events_list_parquet'] as const;
    const second = await take(prefix, { lines: 'x', at: 2, formats });
    expect(second).toMatchObject({ outcome: 'landed', manifest: { revision: 2 } });
    const { named, keys } = await found(prefix, DATE);
    expect(named).toHaveLength(2);
    expect(keys.toSorted()).toEqual(named);
  });

  it('with other lines replaces the one of its day', async () => {
    const prefix = freshPrefix();
    await take(prefix, { lines: 'x', at: 1, formats: ['events_list', 'events_list_parquet'] });
    const second = await take(prefix, { lines: 'y', at: 2 });
    expect(second).toMatchObject({ outcome: 'landed', manifest: { revision: 2, digest: 'y' } });
    const { named, keys } = await found(prefix, DATE);
    expect(named).toHaveLength(1);
    expect(keys).toEqual(named);
  });

  it('that was asked for before the one of its day does not replace it', async () => {
    const prefix = freshPrefix();
    const newer = await take(prefix, { lines: 'y', at: 2 });
    expect(await take(prefix, { lines: 'x', at: 1 })).toEqual({
      outcome: 'outdated',
      manifest: newer.manifest,
    });
  });

  it('leaves those of other days', async () => {
    const prefix = freshPrefix();
    await take(prefix, { lines: 'x', at: 1 });
    await take(prefix, { lines: 'y', at: 2, date: '2026-01-02' });
    await take(prefix, { lines: 'z', at: 3, date: '2026-01-02' });
    const { named, keys } = await found(prefix, DATE, '2026-01-02');
    expect(named).toHaveLength(2);
    expect(keys.toSorted()).toEqual(named);
  });

  it('removes what killed attempts left behind, and nothing of other days', async () => {
    const prefix = freshPrefix();
    const orphan = (date: string): string => eventsListKey(prefix, 'events_list', date, '00000000000f');
    await bucket.putText(orphan(DATE), 'left behind', 'application/gzip');
    await bucket.putText(orphan('2026-01-02'), 'of another attempt', 'application/gzip');
    await abandonUpload(bucket, eventsListKey(prefix, 'events_list', DATE, '00000000000e'));
    const { manifest } = await take(prefix, { lines: 'x', at: 1 });
    const { named, keys } = await found(prefix, DATE);
    expect(keys.toSorted()).toEqual([...named, orphan('2026-01-02')].toSorted());
    expect(await bucket.listUploads(`${prefix}/`)).toEqual([]);
    expect(manifest.superseded).toEqual([]);
  });

  it('never overwrites a manifest that it cannot read', async () => {
    const prefix = freshPrefix();
    const key = eventsListManifestKey(prefix, DATE);
    await bucket.putText(key, '{"version":1}', 'application/json');
    await expect(take(prefix, { lines: 'x', at: 1 })).rejects.toMatchObject({ type: 'ManifestUnreadable' });
    expect((await bucket.getText(key))?.text).toBe('{"version":1}');
  });

  it('is the newest one when several land at once, and nothing else is left', async () => {
    const prefix = freshPrefix();
    const attempts = [1, 2, 3, 4].map((at) => take(prefix, { lines: `lines ${at}`, at }));
    const outcomes = await Promise.all(attempts);
    expect(outcomes.map(({ outcome }) => outcome)).toContain('landed');
    expect((await take(prefix, { lines: 'lines 4', at: 4 })).outcome).toBe('unchanged');
    const { named, keys } = await found(prefix, DATE);
    expect(named).toHaveLength(1);
    expect(keys).toEqual(named);
  });
});
