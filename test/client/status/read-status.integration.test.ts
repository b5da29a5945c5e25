import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bucket } from '../../../bronze/bucket.ts';
import { Ledger } from '../../../bronze/ledger.ts';
import { manifestKey, objectKey } from '../../../bronze/keys.ts';
import type { LedgerStatus } from '../../../client/status/ledger-status.ts';
import { readStatus } from '../../../client/status/read-status.ts';
import { SummaryCache } from '../../../client/status/summary-cache.ts';
import { parseHourWindow } from '../../../core/hour-window.ts';
import { parseInterval } from '../../../core/interval.ts';
import { putLog, putManifest } from '../../support/manifests.ts';
import { makeBucket, temporaryFolder } from '../../support/s3.ts';

const PREFIX = 'amplitude';
const folder = temporaryFolder();
const interval = parseInterval({ start: '2026-01-01T20', end: '2026-01-02T03' });
const newestDue = parseHourWindow('2026-01-02T02');

let bucket: Bucket;
let manifestsRead: number;
let warnings: string[];

beforeEach(async () => {
  vi.stubEnv('XDG_CACHE_HOME', await folder);
  bucket = await makeBucket();
  warnings = [];
});

afterEach(() => vi.unstubAllEnvs());

async function status(range = interval): Promise<LedgerStatus> {
  manifestsRead = 0;
  const cache = new SummaryCache({ endpoint: '', bucket: bucket.name, prefix: PREFIX });
  return readStatus(range, new Ledger(bucket, PREFIX), cache, newestDue, {
    onRead: (done) => {
      manifestsRead = done;
    },
    onWarning: (text) => warnings.push(text),
  });
}

function states({ hours }: LedgerStatus): Record<string, string> {
  return Object.fromEntries(hours.map(({ window, state }) => [window.slice(8), state]));
}

describe('reading the status', () => {
  it('determines the state of every hour by its manifest and its operation logs', async () => {
    await putManifest(bucket, PREFIX, '2026-01-01T20');
    await putManifest(bucket, PREFIX, '2026-01-01T21', { rejected: 1 });
    await putManifest(bucket, PREFIX, '2026-01-01T22', { events: 0 });
    await putManifest(bucket, PREFIX, '2026-01-02T00', '<html>');
    for (const hour of ['2026-01-01T20', '2026-01-01T23', '2026-01-02T03'])
      await putLog(bucket, PREFIX, hour);
    const found = await status();
    expect(states(found)).toEqual({
      '01T20': 'complete',
      '01T21': 'rejected',
      '01T22': 'empty',
      '01T23': 'failed',
      '02T00': 'unreadable',
      '02T01': 'missing',
      '02T02': 'missing',
      '02T03': 'not due',
    });
    expect(manifestsRead).toBe(4);
  });

  it('reads a manifest again only when its ETag has changed', async () => {
    for (const hour of ['2026-01-01T20', '2026-01-01T21', '2026-01-01T22'])
      await putManifest(bucket, PREFIX, hour);
    const first = await status();
    expect(manifestsRead).toBe(3);
    expect(await status()).toEqual(first);
    expect(manifestsRead).toBe(0);

    await putManifest(bucket, PREFIX, '2026-01-01T21', { events: 7 });
    await bucket.delete([manifestKey(PREFIX, parseHourWindow('2026-01-01T22'))]);
    expect(await status()).toMatchObject({ events: 107, counts: { complete: 2, missing: 5 } });
    expect(manifestsRead).toBe(1);
  });

  it('keeps the cached summaries of other intervals', async () => {
    await putManifest(bucket, PREFIX, '2026-01-01T20');
    await putManifest(bucket, PREFIX, '2026-01-01T05');
    const morning = parseInterval({ start: '2026-01-01T05', end: '2026-01-01T05' });
    for (const range of [interval, morning]) await status(range);
    for (const range of [interval, morning]) {
      await status(range);
      expect(manifestsRead).toBe(0);
    }
  });

  it('reads an unreadable manifest every time, because a newer version may read it', async () => {
    await putManifest(bucket, PREFIX, '2026-01-01T20', '{"version":2}');
    await status();
    await status();
    expect(manifestsRead).toBe(1);
  });

  it('counts superseded objects that are still there, until there are none', async () => {
    const keyOf = (index: number): string =>
      objectKey(PREFIX, parseHourWindow('2026-01-01T20'), { format: 'events', index }, '00000000000f');
    const superseded = [0, 1, 2].map((index) => ({ key: keyOf(index) }));
    await putManifest(bucket, PREFIX, '2026-01-01T20', { superseded });
    for (const index of [0, 1]) await bucket.putText(keyOf(index), 'x', 'application/gzip');
    expect(await status()).toMatchObject({ notRemoved: 2 });
    await bucket.delete([keyOf(0)]);
    expect(await status()).toMatchObject({ notRemoved: 1 });
    await bucket.delete([keyOf(1)]);
    expect(await status()).toMatchObject({ notRemoved: 0 });
    const looked = vi.spyOn(bucket, 'listUploads');
    expect(await status()).toMatchObject({ notRemoved: 0 });
    expect(looked).not.toHaveBeenCalled();
  });

  it('looks for operation logs only on days that lack a due hour', async () => {
    for (const hour of ['20', '21', '22', '23']) await putManifest(bucket, PREFIX, `2026-01-01T${hour}`);
    const asked = vi.spyOn(Ledger.prototype, 'attempted');
    await status();
    expect(asked.mock.calls).toEqual([[['2026-01-02']]]);
    asked.mockRestore();
  });

  it('warns when the cache cannot be written, and still answers', async () => {
    const file = join(await folder, 'a-file');
    await writeFile(file, '');
    vi.stubEnv('XDG_CACHE_HOME', file);
    await putManifest(bucket, PREFIX, '2026-01-01T20');
    expect(await status()).toMatchObject({ counts: { complete: 1 } });
    expect(warnings).toEqual([expect.stringContaining(file)]);
  });
});
