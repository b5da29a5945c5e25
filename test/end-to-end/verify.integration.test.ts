import { gunzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { manifestKey, objectKey } from '../../bronze/keys.ts';
import { Ledger } from '../../bronze/ledger.ts';
import type { Output } from '../../bronze/common-manifest.ts';
import type { Manifest } from '../../bronze/manifest.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { hoursOf, parseInterval } from '../../core/interval.ts';
import { Random } from '../../local/sample-api/random.ts';
import { count } from '../../client/terminal/format.ts';
import { runVerb, type Ended } from '../support/command-line.ts';
import { forgedGzip } from '../support/forged-gzip.ts';
import { landed, served } from '../support/landed-lines.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { abandonUpload, readObject } from '../support/s3.ts';

const days = ['--from', '2026-01-01T00', '--to', '2026-01-02T01'];
const interval = parseInterval({ start: '2026-01-01T00', end: '2026-01-02T01' });
const windows = hoursOf(interval);
const at = (text: string): HourWindow => parseHourWindow(text);
const withRejected = at('2026-01-01T17');

let pipeline: Pipeline;
let ledger: Ledger;
let requestsBefore = 0;

beforeAll(async () => {
  pipeline = await openPipeline();
  ledger = new Ledger(pipeline.bucket, pipeline.prefix);
  await pipeline.startWorker({ HOUR_RETRY_FOR: '3s' });
  const { code, err } = await runVerb(['run', ...days], pipeline.env);
  if (code !== 0) throw new Error(err);
});

beforeEach(() => {
  pipeline.api.setFaults([]);
  requestsBefore = pipeline.api.requests.length;
});

afterAll(() => pipeline.close());

async function verify(...more: readonly string[]): Promise<Ended> {
  return runVerb(['verify', ...days, ...more], pipeline.env);
}

/** The hours that were requested since the test began. */
function requested(): string[] {
  return [...new Set(pipeline.api.requests.slice(requestsBefore).map(({ start }) => start))].toSorted();
}

async function manifestOf(window: HourWindow): Promise<Manifest> {
  const manifest = (await ledger.read([window])).get(window);
  if (manifest === undefined) throw new Error(`${window} has no manifest`);
  return manifest;
}

async function eventsOf(window: HourWindow): Promise<Output> {
  const output = (await manifestOf(window)).outputs.find(({ format }) => format === 'events');
  if (output === undefined) throw new Error(`${window} has no events`);
  return output;
}

/** Takes `many` random elements of a list. */
function draw<T>(random: Random, from: readonly T[], many: number): T[] {
  const rest = [...from];
  return Array.from({ length: many }, () => rest.splice(random.below(rest.length), 1)).flat();
}

async function expectClean(): Promise<void> {
  const ended = await verify('--deep');
  expect(ended.out).toMatch(/^26 hours: 26 landed \(1 empty\); .*read to the last byte\nno problems\n$/);
  expect(ended.code).toBe(0);
}

describe('verifying landed hours', () => {
  it('finds no problem, also with --deep', expectClean);

  it('prints its result as JSON', async () => {
    const { code, out } = await verify('--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ...interval,
      hours: 26,
      landed: 26,
      empty: 1,
      notDue: 0,
      problems: {},
      findings: [],
    });
  });

  it('takes a range of more than a month', async () => {
    const range = ['verify', '--from', '2025-11-30', '--to', '2026-01-01', '--json'];
    const { code, out } = await runVerb(range, pipeline.env);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      hours: 792,
      problems: { gap: 768 },
      error: { type: 'VerificationFailed' },
    });
  });
});

describe('ten event objects and five manifests, deleted at random', () => {
  const seed = Date.now();
  const random = new Random(seed);
  let missing: string[];
  let gaps: HourWindow[];
  let before: Awaited<ReturnType<Ledger['list']>>;

  beforeAll(async () => {
    console.log(`the seed is ${seed}`);
    before = await ledger.list(interval);
    const manifests = await ledger.read(windows);
    // One of the hours has rejected lines.
    const others = windows.filter((window) => window !== withRejected);
    gaps = [withRejected, ...draw(random, others, 4)];
    const outputs = [...manifests.values()].flatMap(({ outputs }) => outputs);
    const deleted = draw(
      random,
      outputs.filter(({ format }) => format === 'events'),
      10,
    );
    const inGaps = new Set(gaps.flatMap((window) => manifests.get(window)?.outputs ?? []));
    missing = deleted
      .filter((output) => !inGaps.has(output))
      .map(({ key }) => key)
      .toSorted();
    await pipeline.bucket.delete(deleted.map(({ key }) => key));
    await pipeline.bucket.delete(gaps.map((window) => manifestKey(pipeline.prefix, window)));
  });

  it('are reported, each with its hour, and nothing else', async () => {
    const ended = await verify();
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(/^VerificationFailed: .*5 gap, \d+ object missing.*--repair/m);
    const reported = ended.out.split('\n').filter((line) => /^\d{4}-\d\d-\d\dT\d\d {2}/.test(line));
    const lines = reported.map((line) => line.replace(/ {2}\(.*/, '').trimEnd());
    const expected = [
      ...gaps.map((window) => `${window}  gap`),
      ...missing.map((key) => `${windowOf(key)}  object missing  ${key}`),
    ];
    expect(lines.toSorted()).toEqual(expected.toSorted());
  });

  it('come back with --repair, which changes only those hours, and requests only those without a manifest', async () => {
    const ended = await verify('--repair');
    expect(ended.out).toContain('all problems are repaired');
    expect(ended.err).toMatch(/^warning: 16 lines rejected and .* --from /m);
    expect(ended.code).toBe(0);
    const damaged = new Set<string>([...gaps, ...missing.map(windowOf)]);
    expect(requested()).toEqual(gaps.toSorted());
    const after = await ledger.list(interval);
    const changed = windows.filter((window) => after.get(window)?.etag !== before.get(window)?.etag);
    expect(changed).toEqual(windows.filter((window) => damaged.has(window)));
    for (const window of changed) {
      expect(await landed(pipeline.bucket, await manifestOf(window))).toEqual(
        served(pipeline.sample, window),
      );
    }
    await expectClean();
  });
});

describe('objects and uploads of killed attempts', () => {
  it('are reported, and removed by --repair without an export', async () => {
    const window = at('2026-01-01T08');
    const { bucket, prefix } = pipeline;
    const keyOf = (index: number): string =>
      objectKey(prefix, window, { format: 'events', index }, '00000000000f');
    await bucket.putText(keyOf(1), 'left behind', 'application/gzip');
    await abandonUpload(bucket, keyOf(2));
    const { epoch } = await manifestOf(window);

    const found = await verify();
    expect(found.code).toBe(1);
    expect(found.out).toContain(
      `${window}  orphan  ${keyOf(1)}\n${window}  orphan  ${keyOf(2)} (unfinished upload)`,
    );

    const repaired = await verify('--repair', '--json');
    expect(repaired.code).toBe(0);
    expect(JSON.parse(repaired.out)).toMatchObject({
      problems: { orphan: 2 },
      repair: { steps: [{ action: 'orphans removed', window }], left: [] },
    });
    expect(await manifestOf(window)).toMatchObject({ epoch: epoch + 1 });
    expect(requested()).toEqual([]);
    await expectClean();
  });
});

describe('an object with other lines', () => {
  const window = at('2026-01-01T13');

  it('of the same size and checksum is found by --deep, and its hour landed again from its raw archive', async () => {
    const output = await eventsOf(window);
    const lines = gunzipSync(await readObject(pipeline.bucket, output.key))
      .toString('latin1')
      .split('\n');
    const other = Buffer.from(lines.with(5, '{}').with(6, '{}').with(7, '{}').join('\n'), 'latin1');
    await replace(output.key, await forgedGzip(other, output), { ChecksumCRC64NVME: output.crc64nvme });

    expect(await verify()).toMatchObject({ code: 0 });
    const found = await verify('--deep');
    expect(found.code).toBe(1);
    expect(found.out).toContain(`${window}  object content  ${output.key} (its SHA-256`);

    const repaired = await verify('--deep', '--repair');
    expect(repaired.err).toContain(`${window} to ${window}  landed again`);
    expect(repaired.code).toBe(0);
    expect(requested()).toEqual([]);
    expect(await landed(pipeline.bucket, await manifestOf(window))).toEqual(served(pipeline.sample, window));
    await expectClean();
  });

  it('of the same size is found by its checksum, and its hour lands again', async () => {
    const { key, bytes } = await eventsOf(window);
    await replace(key, Buffer.alloc(bytes), { ChecksumAlgorithm: 'CRC64NVME' });
    const repaired = await verify('--repair');
    expect(repaired.out).toContain(`${window}  object checksum  ${key}`);
    expect(repaired.err).toContain(`${window} to ${window}  landed again`);
    expect(repaired.code).toBe(0);
    await expectClean();
  });
});

describe('an hour whose events are gone', () => {
  const window = at('2026-01-01T11');

  /** Deletes all events of the hour, and spoils its raw archive if it is to be damaged, too. */
  async function lose({ rawToo }: { readonly rawToo: boolean }): Promise<Manifest> {
    const manifest = await manifestOf(window);
    for (const { key, format, bytes } of manifest.outputs) {
      if (format === 'events') await pipeline.bucket.delete([key]);
      else if (rawToo) await replace(key, Buffer.alloc(bytes, 'x'), { ChecksumAlgorithm: 'CRC64NVME' });
    }
    return manifest;
  }

  it('is whole again after a repair, from its raw archive, although the source has it no longer', async () => {
    const { digest, source, revision } = await lose({ rawToo: false });
    pipeline.api.setFaults([`${window}=404`]);
    const repaired = await verify('--repair', '--json');
    expect(repaired.code).toBe(0);
    expect(JSON.parse(repaired.out)).toMatchObject({
      repair: {
        steps: [{ action: 'landed again', start: window, end: window, reprocess: 'force' }],
        left: [],
      },
    });
    expect(requested()).toEqual([]);
    expect(await manifestOf(window)).toMatchObject({
      digest,
      source,
      revision: revision + 1,
      eventsBefore: null,
    });
    expect(await landed(pipeline.bucket, await manifestOf(window))).toEqual(served(pipeline.sample, window));
    await expectClean();
  });

  it('is left as it is, when its raw archive is damaged and the source has it no longer', async () => {
    const before = await lose({ rawToo: true });
    pipeline.api.setFaults([`${window}=404`]);
    const repaired = await verify('--repair');
    expect(repaired.code).toBe(1);
    expect(repaired.err).toMatch(
      /FAILED {2}HoursFailed: .*HourVanished: .* and its raw archive in the bucket cannot be used \(its SHA-256 .*\); nothing was changed/,
    );
    expect(await manifestOf(window)).toEqual(before);
    const { key = '', bytes = 0 } = before.outputs.find(({ format }) => format === 'raw') ?? {};
    expect(Buffer.alloc(bytes, 'x').equals(await readObject(pipeline.bucket, key))).toBe(true);
  });

  it('is whole again after a repair, from the source, when its raw archive is damaged', async () => {
    const { digest } = await manifestOf(window);
    const repaired = await verify('--repair');
    expect(repaired.err).toContain(`${window} to ${window}  landed again`);
    expect(repaired.code).toBe(0);
    expect(requested()).toEqual([window]);
    expect(await manifestOf(window)).toMatchObject({ digest });
    await expectClean();
  });
});

describe('a manifest with a wrong digest', () => {
  it('is found by --deep, and replaced', async () => {
    const window = at('2026-01-01T17');
    const manifest = await manifestOf(window);
    const key = manifestKey(pipeline.prefix, window);
    const other = JSON.stringify({ ...manifest, digest: `xxh64x2:${'0'.repeat(32)}` });
    await pipeline.bucket.putText(key, other, 'application/json');
    const repaired = await verify('--deep', '--repair');
    expect(repaired.out).toContain(`${window}  hour content  the lines have the digest ${manifest.digest}`);
    expect(repaired.err).not.toContain('removed');
    expect(repaired.code).toBe(0);
    expect(await manifestOf(window)).toMatchObject({
      digest: manifest.digest,
      revision: manifest.revision + 1,
    });
    await expectClean();
  });
});

describe('an object that has lost only its checksum', () => {
  it('is not a problem, and is not changed', async () => {
    const window = at('2026-01-02T00');
    const before = await manifestOf(window);
    const { key } = await eventsOf(window);
    await replace(key, await readObject(pipeline.bucket, key), { ChecksumAlgorithm: 'CRC32' });
    const repaired = await verify('--repair');
    expect(repaired.out).toMatch(/1 by size alone, .*\(--deep reads them\)\nno problems\n$/);
    expect(repaired.code).toBe(0);
    expect(requested()).toEqual([]);
    expect(await manifestOf(window)).toEqual(before);
    await expectClean();
  });
});

describe('a source that sends the same lines for every hour', () => {
  const range = ['--from', '2026-03-01T04', '--to', '2026-03-01T06'];
  const same = ['2026-03-01T04', '2026-03-01T05', '2026-03-01T06'];
  let events: number;

  it('lands in every hour, with a warning', async () => {
    pipeline.api.setFaults(['*=first-hour']);
    events = served(pipeline.sample, at('2026-03-01T00')).events.length;
    const ended = await runVerb(['run', ...range, '--json'], pipeline.env);
    expect(ended.code).toBe(0);
    expect(ended.err.trimEnd().split('\n').at(-1)).toMatch(
      new RegExp(
        `^warning: ${count(3 * events)} events of other hours: .*; to see which hours: amplitude-export status --from 2026-03-01T04 --to 2026-03-01T06$`,
      ),
    );
    expect(JSON.parse(ended.out)).toMatchObject({
      progress: { landed: 3, events: 3 * events, outsideWindow: 3 * events },
      hours: same.map((window) => ({ window, status: 'complete', events, outsideWindow: events })),
    });
    for (const window of same) {
      const manifest = await manifestOf(at(window));
      expect(manifest).toMatchObject({ version: 1, outsideWindow: events });
      expect(await landed(pipeline.bucket, manifest)).toEqual(served(pipeline.sample, at('2026-03-01T00')));
    }
  });

  it('has its own state in status', async () => {
    const { code, out } = await runVerb(['status', ...range, '--json'], pipeline.env);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      counts: { 'outside window': 3, complete: 0 },
      outsideWindow: 3 * events,
      hours: same.map((window) => ({ window, state: 'outside window', outsideWindow: events })),
    });
  });

  it('is found by verify, which names each hour and the neighbours with the same lines', async () => {
    const { code, out, err } = await runVerb(['verify', ...range], pipeline.env);
    expect(code).toBe(1);
    const [first, second, third] = same;
    const outside = `outside window  ${count(events)} of ${count(events)} events arrived in other hours`;
    expect(out.split('\n').slice(0, 6)).toEqual([
      `${first}  ${outside}`,
      `${first}  same lines  the same lines as ${second}`,
      `${second}  ${outside}`,
      `${second}  same lines  the same lines as ${first} and ${third}`,
      `${third}  ${outside}`,
      `${third}  same lines  the same lines as ${second}`,
    ]);
    expect(err).toMatch(
      /^VerificationFailed: 3 of 3 hours have problems \(3 outside window, 3 same lines\); a repair cannot fix lines .* run --reprocess; /m,
    );
    expect(err).not.toContain('--repair');
  });

  it('is left to a person by a repair, which requests nothing', async () => {
    const { code, out } = await runVerb(['verify', ...range, '--repair', '--json'], pipeline.env);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      problems: { 'outside-window': 3, 'same-lines': 3 },
      repair: {
        steps: same.map((window) => ({
          action: 'left to a person',
          window,
          reason: 'lines of other hours',
        })),
        left: [
          { window: same[0], kind: 'outside-window', outside: events, events },
          { window: same[0], kind: 'same-lines', hours: [same[1]] },
          { window: same[1], kind: 'outside-window' },
          { window: same[1], kind: 'same-lines', hours: [same[0], same[2]] },
          { window: same[2], kind: 'outside-window' },
          { window: same[2], kind: 'same-lines', hours: [same[1]] },
        ],
      },
    });
    expect(requested()).toEqual([]);
  });

  it('is repaired by run --reprocess, once the source sends each hour its own lines', async () => {
    const ended = await runVerb(['run', ...range, '--reprocess'], pipeline.env);
    expect(ended.code).toBe(0);
    expect(ended.err).not.toContain('warning');
    expect(await runVerb(['verify', ...range], pipeline.env)).toMatchObject({ code: 0 });
  });
});

describe('a problem that a repair cannot solve', () => {
  it('is reported, and other hours are repaired: an unreadable manifest, an hour whose export fails', async () => {
    const unreadable = at('2026-01-01T01');
    const refused = at('2026-01-01T10');
    const mended = parseInterval({ start: '2026-01-01T23', end: '2026-01-02T01' });
    const keyOf = (window: HourWindow): string => manifestKey(pipeline.prefix, window);
    await pipeline.bucket.putText(keyOf(unreadable), 'no JSON', 'application/json');
    await pipeline.bucket.delete([refused, ...hoursOf(mended)].map(keyOf));
    pipeline.api.setFaults([`${refused}=403`]);

    const { code, out } = await verify('--repair', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      problems: { 'manifest-unreadable': 1, gap: 4 },
      repair: {
        steps: [
          { action: 'left to a person', window: unreadable },
          { action: 'failed', start: refused, end: refused, type: 'HoursFailed' },
          { action: 'exported', ...mended, reprocess: false },
        ],
        left: [
          { window: unreadable, kind: 'manifest-unreadable' },
          { window: refused, kind: 'gap' },
        ],
      },
      error: { type: 'VerificationFailed' },
    });
    expect(await pipeline.bucket.getText(keyOf(unreadable))).toMatchObject({ text: 'no JSON' });
  });
});

async function replace(
  key: string,
  Body: Uint8Array,
  checksum: { ChecksumCRC64NVME: string } | { ChecksumAlgorithm: 'CRC32' | 'CRC64NVME' },
): Promise<void> {
  const { bucket } = pipeline;
  await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key: key, Body, ...checksum }));
}

function windowOf(key: string): string {
  return key.replace(/^.*\/dt=([\d-]+)\/hour=(\d\d)\/.*$/, '$1T$2');
}
