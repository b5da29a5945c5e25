import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { hoursOf, parseInterval } from '../../core/interval.ts';
import { runVerb, type Ended } from '../support/command-line.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

const quick = { HOURS_PER_WORKER: '24', HOUR_CONCURRENCY: '24' };
const threeDays = ['--from', '2026-04-01', '--to', '2026-04-03'];
const interval = parseInterval({ start: '2026-04-01T00', end: '2026-04-03T23' });
const withRejected = ['2026-04-01T17', '2026-04-02T17', '2026-04-03T17'];

let pipeline: Pipeline;
let ledger: Ledger;

beforeAll(async () => {
  // All other hours are empty, so that the test is fast.
  const faults = [...withRejected.map((window) => `${window}=repacked`), '*=404'];
  pipeline = await openPipeline({ faults });
  ledger = new Ledger(pipeline.bucket, pipeline.prefix);
  await pipeline.startWorker(quick);
});

afterAll(() => pipeline.close());

async function verb(name: string, ...args: string[]): Promise<Ended> {
  return runVerb([name, ...args], { ...pipeline.env, ...quick });
}

/** The hours that were requested while `work` ran, in their order. */
async function requestsOf(work: () => Promise<void>): Promise<string[]> {
  const before = pipeline.api.requests.length;
  await work();
  return pipeline.api.requests.slice(before).map(({ start }) => start);
}

// Each test uses the bucket as the test before has left it.
describe('a backfill of three days', () => {
  it('with --dry-run prints the plan, and exports nothing', async () => {
    const requested = await requestsOf(async () => {
      const words = await verb('backfill', ...threeDays, '--dry-run');
      expect(words).toMatchObject({ code: 0, err: '' });
      expect(words.out).toBe(
        '2026-04-01T00 to 2026-04-03T23  72 hours\n72 hours to export, 0 already landed and skipped\n',
      );
      const plan = await verb('backfill', ...threeDays, '--dry-run', '--json');
      expect(JSON.parse(plan.out)).toEqual({
        ...interval,
        mode: 'missing',
        hours: hoursOf(interval),
        landed: 0,
      });
    });
    expect(requested).toEqual([]);
  });

  it('leaves out hours that have landed', async () => {
    await verb('run', '--from', '2026-04-02T00', '--to', '2026-04-02T11');
    const words = await verb('backfill', ...threeDays, '--dry-run');
    expect(words.out).toBe(`2026-04-01T00 to 2026-04-01T23  24 hours
2026-04-02T12 to 2026-04-03T23  36 hours
60 hours to export, 12 already landed and skipped
`);
  });

  it('exports the others, with --newest-first the newest day first, and shows its progress', async () => {
    const requested = await requestsOf(async () => {
      const ended = await verb('backfill', ...threeDays, '--concurrency', '4', '--newest-first');
      expect(ended.code).toBe(0);
      expect(ended.err).toMatch(/\[[#.]{20}\] \d+ of 60 hours landed, 12 already landed/);
      expect(ended.out).toMatch(
        /^2026-04-01T00 to 2026-04-03T23: 60 of 60 hours landed \(57 empty, 0 unchanged, 0 changed\), 12 already landed\n[\d,]+ events, 48 lines rejected, /,
      );
      expect(ended.err).toMatch(
        /^warning: 48 lines rejected and kept byte for byte in .*: amplitude-export status --from 2026-04-01T00 --to 2026-04-03T23\n/m,
      );
    });
    expect([...(await ledger.list(interval)).keys()].toSorted()).toEqual(hoursOf(interval));
    expect(requested).toHaveLength(60);
    expect(requested.slice(0, 16).every((window) => window.startsWith('2026-04-03'))).toBe(true);
    expect(requested.at(-1)).toMatch(/^2026-04-01/);
  });

  it('finds nothing to do when it runs again', async () => {
    const requested = await requestsOf(async () => {
      const words = await verb('backfill', ...threeDays, '--dry-run');
      expect(words.out).toBe('0 hours to export, 72 already landed and skipped\n');
      const again = await verb('backfill', ...threeDays, '--json');
      expect(again.code).toBe(0);
      expect(JSON.parse(again.out)).toEqual({
        workflowId: `${pipeline.taskQueue}-backfill-missing-2026-04-01T00-to-2026-04-03T23`,
        progress: expect.objectContaining({ hours: 0, landed: 0, alreadyLanded: 72 }) as unknown,
      });
    });
    expect(requested).toEqual([]);
  });

  it('with --mode rejected requests the hours with rejected lines, and changes none whose lines are the same', async () => {
    const before = await ledger.list(interval);
    const requested = await requestsOf(async () => {
      const ended = await verb('backfill', ...threeDays, '--mode', 'rejected', '--json');
      expect(JSON.parse(ended.out)).toMatchObject({
        progress: { hours: 3, landed: 3, unchanged: 3, changed: 0, alreadyLanded: 69 },
      });
    });
    expect(requested.toSorted()).toEqual(withRejected);
    expect(await ledger.list(interval)).toEqual(before);
  });
});

describe('a backfill', () => {
  it('with an hour that fails lands the others, and ends with exit code 1 and the reason', async () => {
    pipeline.api.setFaults(['2026-05-01T23=403', '*=404']);
    const ended = await verb('backfill', '--from', '2026-05-01T20', '--to', '2026-05-02T03');
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(
      /^HoursFailed: 1 of 8 hours failed\. 2026-05-01T23: AccessDenied: .*\n  What to do: .*\n  What to do about AccessDenied: /m,
    );
    expect(ended.err).not.toMatch(/^\s+at /m);
    const landed = await ledger.list(parseInterval({ start: '2026-05-01T00', end: '2026-05-02T23' }));
    expect(landed.size).toBe(7);
  });

  it('replaces a run of more than a week', async () => {
    pipeline.api.setFaults(['*=404']);
    const ended = await verb('run', '--from', '2026-06-01T00', '--to', '2026-06-08T00', '--json');
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.out)).toMatchObject({
      workflowId: `${pipeline.taskQueue}-backfill-missing-2026-06-01T00-to-2026-06-08T00`,
      progress: { hours: 169, landed: 169, concurrency: 24 },
    });
  });

  it.each([
    [['--from', '2026-01-01'], /^error: required options/],
    [['--from', '2026-01-02', '--to', '2026-01-01'], /^IntervalReversed/],
    [['--from', '2000-01-01', '--to', '2026-01-01'], /^IntervalTooLong/],
    [[...threeDays, '--mode', 'some'], /^error: option '--mode <which>'/],
    [[...threeDays, '--concurrency', '0'], /^error: option '--concurrency <hours>'.* 1 to 1000/],
  ])('%j is wrong usage', async (args, text) => {
    const ended = await verb('backfill', ...args);
    expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringMatching(text) as unknown });
  });
});
