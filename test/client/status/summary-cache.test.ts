import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HourSummary } from '../../../bronze/hour-summary.ts';
import { SummaryCache } from '../../../client/status/summary-cache.ts';
import { hoursOf, parseInterval } from '../../../core/interval.ts';
import { summaryOf } from '../../support/manifests.ts';
import { temporaryFolder } from '../../support/s3.ts';

const folder = temporaryFolder();
const place = { endpoint: 'http://127.0.0.1:1', bucket: 'lake', prefix: 'amplitude' };

beforeEach(async () => vi.stubEnv('XDG_CACHE_HOME', await folder));

afterEach(async () => {
  await rm(join(await folder, 'amplitude-export'), { recursive: true, force: true });
  vi.unstubAllEnvs();
});

function summaries(date: string): Map<HourSummary['window'], HourSummary> {
  const hours = hoursOf(parseInterval({ start: `${date}T00`, end: `${date}T23` }));
  return new Map(hours.map((window) => [window, summaryOf(window)]));
}

/** Writes a text to the file of the cache. */
async function spoil(text: string): Promise<void> {
  const { file } = new SummaryCache(place);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

describe('the cache of summaries', () => {
  it('is empty before it is written, and then gives what was written', async () => {
    const cache = new SummaryCache(place);
    expect(await cache.read()).toEqual(new Map());
    await cache.write(summaries('2026-01-01'));
    expect(await new SummaryCache(place).read()).toEqual(summaries('2026-01-01'));
  });

  it.each([
    { ...place, endpoint: '' },
    { ...place, bucket: 'other' },
    { ...place, prefix: 'other' },
  ])('of another ledger has another file: %j', async (other) => {
    await new SummaryCache(place).write(summaries('2026-01-01'));
    expect(await new SummaryCache(other).read()).toEqual(new Map());
  });

  it('does not use the file of another ledger', async () => {
    const other = new SummaryCache({ ...place, prefix: 'other' });
    await other.write(summaries('2026-01-01'));
    await spoil(await readFile(other.file, 'utf8'));
    expect(await new SummaryCache(place).read()).toEqual(new Map());
  });

  it.each(['', '{"version":', '[]', 'null', '"text"', '{"version":1}', '{"version":2,"hours":[]}'])(
    'counts as empty when its file holds %j, and replaces it',
    async (text) => {
      await spoil(text);
      const cache = new SummaryCache(place);
      expect(await cache.read()).toEqual(new Map());
      await cache.write(summaries('2026-01-01'));
      expect(await cache.read()).toEqual(summaries('2026-01-01'));
    },
  );

  it('leaves out entries that are not summaries', async () => {
    const cache = new SummaryCache(place);
    await cache.write(summaries('2026-01-01'));
    await spoil((await readFile(cache.file, 'utf8')).replace('"events":100', '"events":"100"'));
    expect((await cache.read()).size).toBe(23);
  });

  it('leaves out summaries of versions that did not count events of other hours: they are read again', async () => {
    const cache = new SummaryCache(place);
    await cache.write(summaries('2026-01-01'));
    const text = await readFile(cache.file, 'utf8');
    await spoil(text.replaceAll('"outsideWindow":null,', ''));
    expect(text).toContain('outsideWindow');
    expect((await cache.read()).size).toBe(0);
  });

  it('is whole at every moment while others write it, and leaves no other file', async () => {
    const caches = Array.from({ length: 8 }, () => new SummaryCache(place));
    const days = caches.map((_, index) => summaries(`2026-01-0${index + 1}`));
    await caches[0]?.write(days[0] ?? new Map());
    const writes = caches.map(async (cache, index) => cache.write(days[index] ?? new Map()));
    const reads = caches.map(async (cache) => cache.read());
    await Promise.all(writes);
    for (const read of [...(await Promise.all(reads)), await new SummaryCache(place).read()]) {
      expect(days).toContainEqual(read);
    }
    expect(await readdir(join(await folder, 'amplitude-export'))).toHaveLength(1);
  });
});
