import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Bucket } from '../../bronze/bucket.ts';
import { HOUR_MS, hourStartMs, hourWindowAt, type HourWindow } from '../../core/hour-window.ts';
import { bucketVariables } from '../../local/s3-access.ts';
import { runVerb, type Ended } from '../support/command-line.ts';
import { putLog, putManifest } from '../support/manifests.ts';
import { makeBucket } from '../support/s3.ts';

const PREFIX = 'amplitude';
const day = ['--from', '2026-01-01T00', '--to', '2026-01-01T06'];

let bucket: Bucket;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  bucket = await makeBucket();
  folder = await mkdtemp(join(tmpdir(), 'amplitude-export-status-'));
  env = { ...bucketVariables(inject('s3'), bucket.name), XDG_CACHE_HOME: folder };
  await putManifest(bucket, PREFIX, '2026-01-01T00', { events: 1500 });
  await putManifest(bucket, PREFIX, '2026-01-01T01', { events: 20, rejected: 3 });
  const source = { host: 'example', httpStatus: 404, bytes: 0, sha256: null, fetchedAt: '' };
  await putManifest(bucket, PREFIX, '2026-01-01T02', { events: 0, source });
  await putLog(bucket, PREFIX, '2026-01-01T04');
  await putManifest(bucket, PREFIX, '2026-01-01T05');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function status(args: readonly string[], more: Record<string, string> = {}): Promise<Ended> {
  return runVerb(['status', ...args], { ...env, ...more });
}

describe('amplitude-export status', () => {
  it('shows the state of each hour, without colours where there is no terminal', async () => {
    const ended = await status(day);
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toContain('\n2026-01-01  #!o.x#.                   1,620 events, 3 rejected\n');
    expect(ended.out).toContain('newest landed hour 2026-01-01T05, newest due 2026-01-01T06: 1 h behind\n');
    expect(ended.out).not.toContain('\u001B');
  });

  it('prints the same as JSON', async () => {
    const ended = await status([...day, '--json']);
    expect(ended).toMatchObject({ code: 0, err: '' });
    const printed = JSON.parse(ended.out) as { hours: unknown[] };
    expect(printed).toMatchObject({
      from: '2026-01-01T00',
      to: '2026-01-01T06',
      counts: {
        complete: 2,
        rejected: 1,
        'outside window': 0,
        empty: 1,
        missing: 2,
        failed: 1,
        unreadable: 0,
        'not due': 0,
      },
      events: 1620,
      rejected: 3,
      outsideWindow: 0,
      bytes: 3000,
      freshness: { newestLanded: '2026-01-01T05', newestDue: '2026-01-01T06', hoursBehind: 1 },
    });
    expect(printed.hours).toMatchObject([
      { window: '2026-01-01T00', state: 'complete', events: 1500, bytes: 1000, files: 1, revision: 1 },
      { window: '2026-01-01T01', state: 'rejected', rejected: 3, workflowId: 'some-workflow' },
      { window: '2026-01-01T02', state: 'empty', events: 0, firstUploadTime: null },
      { window: '2026-01-01T03', state: 'missing', events: 0, rejected: 0, outsideWindow: 0, files: 0 },
      { window: '2026-01-01T04', state: 'failed' },
      { window: '2026-01-01T05', state: 'complete' },
      { window: '2026-01-01T06', state: 'missing' },
    ]);
  });

  it('distinguishes hours that are not due from missing ones', async () => {
    let thisHour: HourWindow;
    let ended: Ended;
    // The hour must not end during the test.
    do {
      thisHour = hourWindowAt(Date.now());
      const before = hourWindowAt(hourStartMs(thisHour) - 5 * HOUR_MS);
      ended = await status(['--from', before, '--to', thisHour, '--json'], { HOUR_DUE_AFTER: '3h' });
    } while (hourWindowAt(Date.now()) !== thisHour);
    const { counts, freshness } = JSON.parse(ended.out) as Record<string, Record<string, unknown>>;
    expect(counts).toMatchObject({ missing: 3, 'not due': 3 });
    expect(freshness).toMatchObject({ newestLanded: null, hoursBehind: 3 });
  });

  it('takes ranges of any length', async () => {
    const ended = await status(['--from', '2024-01-01', '--to', '2026-01-01']);
    expect(ended.code).toBe(0);
    expect(ended.out).toContain('\n2024-01-01 to 2025-12-31  731 days missing\n2026-01-01  #!o.x#');
  });

  it('without --to shows all hours up to the present one', async () => {
    const before = hourWindowAt(Date.now() - 2 * HOUR_MS);
    const { out } = await status(['--from', before, '--json']);
    const { from, to } = JSON.parse(out) as Record<string, string>;
    expect(from).toBe(before);
    // The hour may end during the test.
    expect([2, 3].map((hours) => hourWindowAt(hourStartMs(before) + hours * HOUR_MS))).toContain(to);
  });

  it.each([
    ['without --to', []],
    ['with a --to in the future', ['--to', hourWindowAt(Date.now() + 48 * HOUR_MS)]],
  ])('fails with --max-lag when the ledger is further behind, after telling all, %s', async (_, to) => {
    // Four hours behind, or five when the hour ends during the test.
    const own = { HOUR_DUE_AFTER: '3h', S3_PREFIX: `lagging-${to.length}` };
    const landed = hourWindowAt(Date.now() - 7 * HOUR_MS);
    await putManifest(bucket, own.S3_PREFIX, landed);
    expect(await status(['--from', landed, ...to, '--max-lag', '5h'], own)).toMatchObject({ code: 0 });
    const ended = await status(['--from', landed, ...to, '--max-lag', '3h'], own);
    expect(ended.code).toBe(1);
    expect(ended.out).toContain(`newest landed hour ${landed}`);
    expect(ended.err).toMatch(/^LedgerLags: .*: [45] h behind; [45] due hours .*\(missing .*\)$/m);
  });

  it('names a manifest that it cannot read, shows the other hours, and fails', async () => {
    await putManifest(bucket, PREFIX, '2026-02-01T00', '<html>');
    await putManifest(bucket, PREFIX, '2026-02-01T01');
    const ended = await status(['--from', '2026-02-01T00', '--to', '2026-02-01T01']);
    expect(ended.code).toBe(1);
    expect(ended.out).toContain('2026-02-01  ?#');
    expect(ended.err).toMatch(/^ManifestUnreadable: .*manifests\/dt=2026-02-01\/hour=00.json is not JSON/);
  });

  it('writes a page with links to the configured Web UI and namespace', async () => {
    const file = join(folder, 'status.html');
    const ui = { TEMPORAL_UI_URL: 'https://ui.example.org', TEMPORAL_NAMESPACE: 'exports' };
    expect(await status([...day, '--html', file], ui)).toMatchObject({ code: 0, err: '' });
    const page = await readFile(file, 'utf8');
    expect(page).toContain(`<h1>${bucket.name}/amplitude</h1>`);
    expect(page).toContain(
      'https://ui.example.org/namespaces/exports/workflows/some-workflow/some-run/history',
    );
  });

  it.each([
    [[], /required option '--from/],
    [[...day, '--max-lag', '6h'], /^InputInvalid: .*2026-01-01T06: leave out --to$/m],
    [[...day, '--max-lag', '6'], /--max-lag.* write a duration such as 3h/],
    [['--from', '2026-01-02', '--to', '2026-01-01'], /^IntervalReversed/],
    [[...day, '--html', '/dev/null/none'], /^InputInvalid: --html \/dev\/null\/none cannot be written/],
  ])('refuses wrong usage: %j', async (args, text) => {
    const ended = await status(args);
    expect(ended.err).toMatch(text);
    expect(ended.code).toBe(2);
  });

  it('says that the bucket is missing', async () => {
    const ended = await status(day, { AWS_BUCKET_NAME: 'no-such-bucket' });
    expect(ended).toMatchObject({ code: 1, err: expect.stringMatching(/^BucketMissing/) as unknown });
  });
});
