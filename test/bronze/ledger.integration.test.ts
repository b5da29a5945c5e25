import { beforeAll, describe, expect, it } from 'vitest';
import type { Bucket } from '../../bronze/bucket.ts';
import { manifestKey } from '../../bronze/keys.ts';
import { Ledger } from '../../bronze/ledger.ts';
import type { OutputFormat } from '../../bronze/output-formats.ts';
import { hoursOf, parseInterval } from '../../core/interval.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { manifestOf, putLog, putManifest as putWholeManifest, summaryOf } from '../support/manifests.ts';
import { makeBucket } from '../support/s3.ts';

const PREFIX = 'some/prefix';
const interval = parseInterval({ start: '2026-01-01T22', end: '2026-01-02T01' });
const windows = hoursOf(interval);
const landed = ['2026-01-01T23', '2026-01-02T00'].map(parseHourWindow);
let bucket: Bucket;

beforeAll(async () => {
  bucket = await makeBucket();
  await Promise.all([...landed, parseHourWindow('2026-01-01T05')].map(async (window) => putManifest(window)));
});

async function putManifest(window: HourWindow, text = textOf(window), prefix = PREFIX): Promise<void> {
  await bucket.putText(manifestKey(prefix, window), text, 'application/json');
}

function textOf(window: HourWindow): string {
  return JSON.stringify({ version: 1, window, attemptId: '0123456789ab', outputs: [], superseded: [] });
}

describe('the ledger', () => {
  it('lists the hours of an interval that have a manifest, with its ETag and its size', async () => {
    const listed = await new Ledger(bucket, PREFIX).list(interval);
    expect([...listed.keys()]).toEqual(landed);
    for (const [window, { etag, bytes }] of listed) {
      expect(await bucket.getText(manifestKey(PREFIX, window))).toEqual({ etag, text: textOf(window) });
      expect(bytes).toBe(textOf(window).length);
    }
  });

  it.each([
    ['2026-01-01T05', '2026-01-01T05', 1],
    ['2026-01-01T06', '2026-01-01T22', 0],
    ['2026-01-01T05', '2026-01-01T23', 2],
    ['2020-01-01T00', '2030-01-01T00', 3],
  ])('lists both ends of an interval and nothing beyond: %s to %s', async (start, end, count) => {
    const listed = await new Ledger(bucket, PREFIX).list(parseInterval({ start, end }));
    expect(listed.size).toBe(count);
  });

  it('takes no other file for a manifest', async () => {
    await bucket.putText('strange/manifests/dt=2026-01-01/hour=23.json.bak', '{}', 'text/plain');
    await bucket.putText('strange/manifests/dt=2026-01-01/notes.txt', '{}', 'text/plain');
    expect(await new Ledger(bucket, 'strange').list(interval)).toEqual(new Map());
  });

  it('reads the manifests of those hours, across days', async () => {
    const manifests = await new Ledger(bucket, PREFIX).read(windows);
    expect([...manifests.keys()].toSorted()).toEqual(landed);
    expect([...manifests].every(([window, manifest]) => manifest.window === window)).toBe(true);
  });

  it('holds nothing under another prefix', async () => {
    expect(await new Ledger(bucket, 'some').list(interval)).toEqual(new Map());
    expect(await new Ledger(bucket, 'some').read(windows)).toEqual(new Map());
  });

  it('holds nothing when it is asked about nothing', async () => {
    expect(await new Ledger(bucket, PREFIX).read([])).toEqual(new Map());
  });

  it('reads more hours than it reads at once', async () => {
    const week = hoursOf(parseInterval({ start: '2026-03-01T00', end: '2026-03-02T23' }));
    await Promise.all(week.map(async (window) => putManifest(window)));
    const manifests = await new Ledger(bucket, PREFIX).read(week);
    expect([...manifests.keys()].sort()).toEqual(week);
  });

  it('names the manifest that it cannot read', async () => {
    const window = parseHourWindow('2026-02-01T00');
    await putManifest(window, '<html>', 'broken');
    await expect(new Ledger(bucket, 'broken').read([window])).rejects.toMatchObject({
      type: 'ManifestUnreadable',
      message: expect.stringContaining(manifestKey('broken', window)),
    });
    const listed = await new Ledger(bucket, 'broken').list({ start: window, end: window });
    expect([...listed.keys()]).toEqual([window]);
  });

  it('summarizes manifests, and says which cannot be read', async () => {
    const hours = ['2026-01-01T00', '2026-01-01T01', '2026-01-01T02', '2026-01-01T03'];
    const [whole = '', broken = '', stranger = ''] = hours;
    await putWholeManifest(bucket, 'short', whole, { events: 5, rejected: 2 });
    await putWholeManifest(bucket, 'short', broken, '<html>');
    await putWholeManifest(bucket, 'short', stranger, { window: parseHourWindow(whole) });
    let done = 0;
    const ledger = new Ledger(bucket, 'short');
    const found = await ledger.summarize(hours.map(parseHourWindow), (read) => (done = read));
    expect(Object.fromEntries(found)).toEqual({
      [whole]: summaryOf(whole, {
        etag: (await bucket.getText(manifestKey('short', parseHourWindow(whole))))?.etag ?? '',
        events: 5,
        rejected: 2,
      }),
      [broken]: expect.objectContaining({ type: 'ManifestUnreadable' }) as unknown,
      [stranger]: expect.objectContaining({ type: 'ManifestUnreadable' }) as unknown,
    });
    expect(done).toBe(3);
  });

  it('selects the landed hours that lack an output', async () => {
    const [both = '', eventsOnly = '', empty = '', missing = ''] = windows;
    const output = { key: 'raw', format: 'raw', events: 0, bytes: 1, sha256: '', crc64nvme: '' } as const;
    const { outputs } = manifestOf(both);
    await putWholeManifest(bucket, 'lacking', both, { outputs: [...outputs, output] });
    await putWholeManifest(bucket, 'lacking', eventsOnly);
    await putWholeManifest(bucket, 'lacking', empty, { events: 0 });
    const ledger = new Ledger(bucket, 'lacking');
    const select = async (...wanted: OutputFormat[]) => ledger.select(interval, 'outputs', wanted);
    expect(await select('raw', 'events')).toEqual({ hours: [eventsOnly], landed: 2 });
    expect(await select('events')).toEqual({ hours: [], landed: 3 });
    expect(await ledger.select(interval, 'missing', ['raw'])).toEqual({ hours: [missing], landed: 3 });
  });

  it('finds the attempted hours of the days asked for', async () => {
    const hours = ['2026-01-01T05', '2026-01-02T00', '2026-01-03T23'];
    for (const hour of hours) await putLog(bucket, 'logged', hour);
    await bucket.putText('logged/logs/dt=2026-01-01/hour=99/x.csv', 'x', 'text/csv');
    expect(await new Ledger(bucket, 'logged').attempted([])).toEqual(new Set());
    const attempted = await new Ledger(bucket, 'logged').attempted([
      '2026-01-01',
      '2026-01-02',
      '2026-02-01',
    ]);
    expect([...attempted]).toEqual(hours.slice(0, 2));
  });
});
