import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bucket } from '../../bronze/bucket.ts';
import { commitHour } from '../../bronze/commit-hour.ts';
import { isWarning, type VerifiedHour } from '../../bronze/findings.ts';
import { HourStore } from '../../bronze/hour-store.ts';
import { hourFolder, manifestKey, objectKey } from '../../bronze/keys.ts';
import type { Manifest } from '../../bronze/manifest.ts';
import { verifyHours, verifyInterval } from '../../bronze/verify.ts';
import { verifyHour } from '../../bronze/verify-hour.ts';
import { HOUR_MS, hourStartMs, parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { hoursOf, parseInterval, type Interval } from '../../core/interval.ts';
import { abandonUpload, draftOf, makeBucket, readObject, temporaryFolder } from '../support/s3.ts';

const folder = await temporaryFolder();
const checks = { deep: false, hourDueAfterMs: 0 };
const interval = parseInterval({ start: '2026-01-01T22', end: '2026-01-02T01' });
const windows = hoursOf(interval);
const [first, second, third, fourth] = windows as [HourWindow, HourWindow, HourWindow, HourWindow];
let bucket: Bucket;
let prefixes = 0;

beforeAll(async () => {
  bucket = await makeBucket();
});

/** Four hours in a row, each landed with a raw and an event object, below a prefix of their own. */
async function landed(): Promise<{ prefix: string; manifests: ReadonlyMap<HourWindow, Manifest> }> {
  prefixes += 1;
  const prefix = `some/prefix-${prefixes}`;
  const manifests = new Map<HourWindow, Manifest>();
  for (const window of windows) manifests.set(window, await land(prefix, window));
  return { prefix, manifests };
}

async function land(prefix: string, window: HourWindow): Promise<Manifest> {
  const { content, objects } = await draftOf(folder, { lines: window, at: 1 });
  const store = new HourStore(bucket, prefix, window, 'test/1');
  const { manifest } = await commitHour(store, { content: { ...content, window }, objects });
  return manifest;
}

async function verify(prefix: string, of: Interval = interval): Promise<VerifiedHour[]> {
  const hours: VerifiedHour[] = [];
  for await (const hour of verifyInterval(bucket, prefix, of, checks)) hours.push(hour);
  return hours;
}

/** The findings, by hour; hours without any are left out. */
async function findings(prefix: string): Promise<Record<string, VerifiedHour['findings']>> {
  const hours = (await verify(prefix)).filter(({ findings }) => findings.length > 0);
  return Object.fromEntries(hours.map(({ window, findings }) => [window, findings]));
}

function eventsOf(manifest: Manifest | undefined): string {
  return manifest?.outputs.find(({ format }) => format === 'events')?.key ?? '';
}

describe('verifying hours that are as they landed', () => {
  it('finds nothing, and counts the objects', async () => {
    const { prefix, manifests } = await landed();
    const hours = await verify(prefix);
    expect(hours.map(({ window }) => window)).toEqual(windows);
    const bytes = manifests.get(first)?.outputs.reduce((sum, output) => sum + output.bytes, 0);
    for (const hour of hours) expect(hour).toMatchObject({ status: 'complete', objects: 2, bytes });
    expect(await findings(prefix)).toEqual({});
  });

  it('yields weeks of hours in order', async () => {
    const { prefix } = await landed();
    const long = parseInterval({ start: '2025-12-20T05', end: '2026-01-15T07' });
    const hours = await verify(prefix, long);
    expect(hours.map(({ window }) => window)).toEqual(hoursOf(long));
    expect(hours.filter(({ status }) => status === 'complete').map(({ window }) => window)).toEqual(windows);
  });

  it('finds nothing in an empty hour', async () => {
    const store = new HourStore(bucket, 'empty', first, 'test/1');
    const draft = await draftOf(folder, { lines: 'none', at: 1, formats: [], events: 0 });
    await commitHour(store, { ...draft, content: { ...draft.content, window: first } });
    expect(await verifyHour(bucket, 'empty', first, checks)).toEqual({
      window: first,
      status: 'empty',
      objects: 0,
      bytes: 0,
      withoutChecksum: 0,
      findings: [],
    });
  });
});

describe('hours with lines of other hours', () => {
  it('are reported: events of other hours, and the same lines as a neighbour, even outside the interval', async () => {
    const { prefix } = await landed();
    const { content, objects } = await draftOf(folder, { lines: first, at: 2 });
    const store = new HourStore(bucket, prefix, second, 'test/1');
    await commitHour(store, { content: { ...content, window: second, outsideWindow: 1 }, objects });
    const outside = { kind: 'outside-window', outside: 1, events: 1 };
    expect(await findings(prefix)).toEqual({
      [first]: [{ kind: 'same-lines', hours: [second] }],
      [second]: [outside, { kind: 'same-lines', hours: [first] }],
    });
    const alone = await verify(prefix, { start: second, end: second });
    expect(alone).toMatchObject([{ findings: [outside, { kind: 'same-lines', hours: [first] }] }]);
    const again: VerifiedHour[] = [];
    for await (const hour of verifyHours(bucket, prefix, [second, fourth], checks)) again.push(hour);
    expect(again).toMatchObject([
      { window: second, findings: [outside, { kind: 'same-lines', hours: [first] }] },
      { window: fourth, findings: [] },
    ]);
  });
});

describe('an hour without a manifest', () => {
  it('is a gap when it is due, and counts the orphans of attempts', async () => {
    const { prefix } = await landed();
    await bucket.delete([manifestKey(prefix, second)]);
    await abandonUpload(bucket, objectKey(prefix, second, { format: 'raw', index: 0 }, '00000000000f'));
    expect(await findings(prefix)).toEqual({ [second]: [{ kind: 'gap', orphans: 3 }] });
  });

  it.each([
    { early: 60_000, status: 'not due', found: 0 },
    { early: -60_000, status: 'gap', found: 1 },
  ])('is $status when it is due in $early ms', async ({ early, status, found }) => {
    const hourDueAfterMs = Date.now() - hourStartMs(first) + early;
    const hour = await verifyHour(bucket, 'nothing', first, { deep: false, hourDueAfterMs });
    expect(hour).toMatchObject({ status });
    expect(hour.findings).toHaveLength(found);
  });
});

describe('a manifest that a person has to look at', () => {
  it.each(['{"version":2}', 'no JSON'])('is %s', async (text) => {
    const { prefix } = await landed();
    const key = manifestKey(prefix, third);
    await bucket.putText(key, text, 'application/json');
    expect(await findings(prefix)).toEqual({
      [third]: [{ kind: 'manifest-unreadable', key, detail: expect.stringContaining(key) as unknown }],
    });
    expect((await verify(prefix))[2]).toMatchObject({ status: 'unreadable' });
  });

  it('is about another hour', async () => {
    const { prefix, manifests } = await landed();
    const key = manifestKey(prefix, third);
    await bucket.putText(key, JSON.stringify(manifests.get(first)), 'application/json');
    const detail = `the manifest ${key} is about another hour: ${first}`;
    expect(await findings(prefix)).toEqual({ [third]: [{ kind: 'manifest-unreadable', key, detail }] });
  });
});

describe('an object', () => {
  it('that is gone is missing', async () => {
    const { prefix, manifests } = await landed();
    const key = eventsOf(manifests.get(fourth));
    await bucket.delete([key]);
    expect(await findings(prefix)).toEqual({ [fourth]: [{ kind: 'object-missing', key }] });
  });

  it('of another size is reported with both sizes', async () => {
    const { prefix, manifests } = await landed();
    const key = eventsOf(manifests.get(first));
    const { length: expected } = await readObject(bucket, key);
    await bucket.putText(key, 'x', 'application/gzip');
    expect(await findings(prefix)).toEqual({ [first]: [{ kind: 'object-size', key, bytes: 1, expected }] });
  });

  it('of the same size with other bytes has another checksum', async () => {
    const { prefix, manifests } = await landed();
    const output = manifests.get(second)?.outputs[0];
    const other = { ChecksumAlgorithm: 'CRC64NVME', Body: '!'.repeat(output?.bytes ?? 0) } as const;
    await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key: output?.key, ...other }));
    expect(await findings(prefix)).toEqual({
      [second]: [
        {
          kind: 'object-checksum',
          key: output?.key,
          crc64nvme: expect.stringMatching(/^[\w+/]{11}=$/) as unknown,
          expected: output?.crc64nvme,
        },
      ],
    });
  });

  it('whose checksum the storage does not keep is compared by its size, and counted', async () => {
    const { prefix, manifests } = await landed();
    const key = eventsOf(manifests.get(second));
    const bytes = await readObject(bucket, key);
    const other = { ChecksumAlgorithm: 'CRC32', Body: bytes } as const;
    await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key: key, ...other }));
    expect(await findings(prefix)).toEqual({});
    expect(await verify(prefix)).toMatchObject([0, 1, 0, 0].map((withoutChecksum) => ({ withoutChecksum })));
  });
});

describe('an object or upload that the manifest does not name', () => {
  it('is an orphan, an unfinished upload too', async () => {
    const { prefix } = await landed();
    const keyOf = (format: 'events' | 'rejected'): string =>
      objectKey(prefix, third, { format, index: 1 }, '00000000000f');
    await bucket.putText(keyOf('events'), 'left behind', 'application/gzip');
    await abandonUpload(bucket, keyOf('rejected'));
    expect(await findings(prefix)).toEqual({
      [third]: [
        { kind: 'orphan', key: keyOf('events') },
        { kind: 'orphan', key: keyOf('rejected'), uploadId: expect.any(String) as unknown },
      ],
    });
  });

  it('is a warning when the manifest lists it as superseded', async () => {
    const { prefix, manifests } = await landed();
    const key = objectKey(prefix, third, { format: 'events', index: 0 }, '00000000000f');
    const naming = { ...manifests.get(third), superseded: [{ key }] };
    await bucket.putText(key, 'not removed', 'application/gzip');
    await bucket.putText(manifestKey(prefix, third), JSON.stringify(naming), 'application/json');
    const [found] = (await findings(prefix))[third] ?? [];
    expect(found).toEqual({ kind: 'superseded', key });
    expect(found && isWarning(found)).toBe(true);
  });

  it('is ignored outside of the folders of hours', async () => {
    const { prefix } = await landed();
    await bucket.putText(`${prefix}/events/dt=2026-01-02/notes.txt`, 'x', 'text/plain');
    await bucket.putText(`${hourFolder(prefix, 'logs', first)}run-extract-1.csv`, 'x', 'text/csv');
    expect(await findings(prefix)).toEqual({});
  });
});

describe('an hour that lands again while it is verified', () => {
  it('is looked at again, with its new objects', async () => {
    const { prefix } = await landed();
    const store = new HourStore(bucket, prefix, first, 'test/1');
    const before = await store.list();
    const draft = await draftOf(folder, { lines: 'newer', at: 2 });
    await commitHour(store, { ...draft, content: { ...draft.content, window: first } });
    const hour = await verifyHour(bucket, prefix, first, checks, before);
    expect(hour).toMatchObject({ objects: 2, findings: [] });
  });

  it('is no gap when its manifest comes after the listing', async () => {
    const window = parseHourWindow('2026-03-01T00');
    await land('late', window);
    const hour = await verifyHour(bucket, 'late', window, checks, { objects: [], uploads: [] });
    expect(hour).toMatchObject({ status: 'complete', findings: [] });
    expect(hourStartMs(window) + HOUR_MS).toBeLessThan(Date.now());
  });
});
