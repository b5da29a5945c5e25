import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { manifestKey } from '../../bronze/keys.ts';
import { Ledger } from '../../bronze/ledger.ts';
import type { Output } from '../../bronze/common-manifest.ts';
import type { Manifest } from '../../bronze/manifest.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { runVerb, type Ended } from '../support/command-line.ts';
import { landed, served } from '../support/landed-lines.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

const at = (hour: string): HourWindow => parseHourWindow(`2026-04-01T${hour}`);
const range = ['--from', '2026-04-01', '--to', '2026-04-02'];
/** The hours that land at first; hour 03 is empty, and hour 17 has rejected lines. */
const landedHours = ['02', '03', '04', '17'].map(at);
const withLines = ['02', '04', '17'].map(at);

let pipeline: Pipeline;
let ledger: Ledger;
let requestsBefore = 0;

beforeAll(async () => {
  pipeline = await openPipeline();
  ledger = new Ledger(pipeline.bucket, pipeline.prefix);
  const { child, ended } = await pipeline.startWorker({ OUTPUTS: 'events' });
  await runVerb(['run', '--from', at('02'), '--to', at('04')], pipeline.env);
  await runVerb(['run', '--from', at('17'), '--to', at('17')], pipeline.env);
  child.kill('SIGTERM');
  await ended;
  await pipeline.startWorker();
});

beforeEach(() => {
  requestsBefore = pipeline.api.requests.length;
});

afterAll(() => pipeline.close());

async function backfill(...args: string[]): Promise<Ended> {
  return runVerb(['backfill', ...range, '--mode', 'outputs', ...args], pipeline.env);
}

/** The hours that were requested since the test began. */
function requested(): string[] {
  return pipeline.api.requests
    .slice(requestsBefore)
    .map(({ start }) => start)
    .toSorted();
}

async function manifestOf(window: HourWindow): Promise<Manifest> {
  const manifest = (await ledger.read([window])).get(window);
  if (manifest === undefined) throw new Error(`${window} has no manifest`);
  return manifest;
}

function formatsOf({ outputs }: Manifest): Output['format'][] {
  return [...new Set(outputs.map(({ format }) => format))].toSorted();
}

/** Makes the manifest of an hour that of a landing without events. */
async function withoutEvents(window: HourWindow): Promise<Manifest> {
  const manifest = await manifestOf(window);
  const outputs = manifest.outputs.filter(({ format }) => format !== 'events');
  const text = JSON.stringify({ ...manifest, outputs });
  await pipeline.bucket.putText(manifestKey(pipeline.prefix, window), text, 'application/json');
  return manifest;
}

// Each test uses the bucket as the test before has left it.
describe('a backfill with --mode outputs', () => {
  it('plans the landed hours that lack an output', async () => {
    const words = await backfill('--dry-run');
    expect(words).toMatchObject({ code: 0, err: '' });
    expect(words.out).toBe(
      `${at('02')}\n${at('04')}\n${at('17')}\n3 hours to export, 1 already landed and skipped\n`,
    );
    expect(requested()).toEqual([]);
  });

  it('requests hours that have no raw archive, and no others', async () => {
    const before = await ledger.read(landedHours);
    const ended = await backfill('--json');
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.out)).toMatchObject({
      progress: {
        mode: 'outputs',
        hours: 3,
        landed: 3,
        changed: 0,
        unchanged: 0,
        failed: 0,
        alreadyLanded: 1,
      },
    });
    expect(requested()).toEqual(withLines);
    for (const window of withLines) {
      const { digest } = before.get(window) ?? {};
      const manifest = await manifestOf(window);
      expect(manifest).toMatchObject({ digest, revision: 2, eventsBefore: null });
      expect(formatsOf(manifest)).toContain('raw');
    }
    expect(await manifestOf(at('03'))).toEqual(before.get(at('03')));
  });

  it('makes the missing outputs of others from their raw archives, without a request', async () => {
    const before = [await withoutEvents(at('02')), await withoutEvents(at('17'))];
    pipeline.api.setFaults(['*=404']);
    const ended = await backfill();
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(
      /^2026-04-01T00 to 2026-04-02T23: 2 of 2 hours landed \(0 empty, 0 unchanged, 0 changed\), 2 already landed\n/,
    );
    expect(requested()).toEqual([]);
    for (const { window, digest, source, revision, outputs } of before) {
      const manifest = await manifestOf(window);
      expect(manifest).toMatchObject({ digest, source, revision: revision + 1, eventsBefore: null });
      expect(manifest.outputs).toHaveLength(outputs.length);
      expect(await landed(pipeline.bucket, manifest)).toEqual(served(pipeline.sample, window));
    }
  });

  it('finds nothing to do when it runs again, and the bucket whole', async () => {
    const again = await backfill('--dry-run');
    expect(again.out).toBe('0 hours to export, 4 already landed and skipped\n');
    const hours = ['--from', at('02'), '--to', at('04')];
    expect(await runVerb(['verify', ...hours, '--deep'], pipeline.env)).toMatchObject({ code: 0 });
  });
});
