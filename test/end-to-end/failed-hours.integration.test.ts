import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { remedyFor } from '../../core/error-types.ts';
import { hourWindowAt, parseHourWindow } from '../../core/hour-window.ts';
import { runVerb } from '../support/command-line.ts';
import { landed, served } from '../support/landed-lines.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

const at = (hour: string) => parseHourWindow(`2026-03-04T${hour}`);
const range = (from: string, to: string) => ['run', '--from', at(from), '--to', at(to)];

let pipeline: Pipeline;
let ledger: Ledger;

beforeAll(async () => {
  pipeline = await openPipeline();
  ledger = new Ledger(pipeline.bucket, pipeline.prefix);
  await pipeline.startWorker({ HOUR_RETRY_FOR: '3s' });
});

afterAll(() => pipeline.close());

describe('a run with hours that fail', () => {
  it('lands the others, ends with exit code 1, and names the hours, the reasons and what to do about each', async () => {
    pipeline.api.setFaults([`${at('01')}=403`, `${at('02')}=400-too-large`]);
    const ended = await runVerb(range('00', '04'), pipeline.env);
    expect(ended.code).toBe(1);
    const summaries = ended.err.split('\n').filter((line) => line.startsWith('HoursFailed'));
    expect(summaries).toHaveLength(1);
    expect(summaries[0]).toMatch(
      /2 of 5 hours failed.*2026-03-04T01: AccessDenied: Amplitude refused the credentials/,
    );
    expect(summaries[0]).toMatch(/2026-03-04T02: ExportTooLarge: .*4 GB/);
    const [whatToDo, ...causes] = ended.err.split('\n').filter((line) => line.startsWith('  What to do'));
    expect(whatToDo).toBe(`  What to do: ${remedyFor('HoursFailed').whatToDo}`);
    // The hours fail at once, either one first.
    expect(causes.toSorted()).toEqual([
      `  What to do about AccessDenied: ${remedyFor('AccessDenied').whatToDo}`,
      `  What to do about ExportTooLarge: ${remedyFor('ExportTooLarge').whatToDo}`,
    ]);
    expect(ended.err).not.toMatch(/^\s+at /m);
    const manifests = await ledger.read(['00', '01', '02', '03', '04'].map((hour) => at(hour)));
    expect([...manifests.keys()].toSorted()).toEqual([at('00'), at('03'), at('04')]);
  });

  it('exports only those hours when it is started again', async () => {
    pipeline.api.setFaults([]);
    const before = pipeline.api.requests.length;
    expect(await runVerb(range('00', '04'), pipeline.env)).toMatchObject({ code: 0 });
    expect(
      pipeline.api.requests
        .slice(before)
        .map(({ start }) => start)
        .toSorted(),
    ).toEqual([at('01'), at('02')]);
  });

  it('fails an hour once HOUR_RETRY_FOR has passed, with the error of the last attempt', async () => {
    pipeline.api.setFaults([`${at('05')}=504`]);
    const ended = await runVerb(range('05', '05'), pipeline.env);
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(
      /RetriesExhausted: .*HOUR_RETRY_FOR.*SourceUnavailable: Amplitude cannot answer now \(504\)/,
    );
    expect(ended.err).toContain(
      `  What to do about SourceUnavailable: ${remedyFor('SourceUnavailable').whatToDo}`,
    );
    expect(pipeline.api.requests.filter(({ start }) => start === at('05')).length).toBeGreaterThan(2);
  });

  it('leaves no work files', async () => {
    pipeline.api.setFaults([]);
    expect(await pipeline.workFiles()).toEqual([]);
  });
});

describe('an hour whose archive is damaged', () => {
  it.each([
    ['06', 'bad-crc*1'],
    ['07', 'truncated*1'],
    ['08', 'html*1'],
    ['09', 'corrupt-member*1'],
  ])('%s, %s: is downloaded again, and lands with all its lines', async (hour, fault) => {
    const window = at(hour);
    pipeline.api.setFaults([`${window}=${fault}`]);
    expect(await runVerb(range(hour, hour), pipeline.env)).toMatchObject({ code: 0 });
    const manifest = (await ledger.read([window])).get(window);
    expect(manifest && (await landed(pipeline.bucket, manifest))).toEqual(served(pipeline.sample, window));
    expect(pipeline.api.requests.filter(({ start }) => start === window)).toHaveLength(2);
  });

  it('fails after five downloads when it stays damaged', async () => {
    pipeline.api.setFaults([`${at('10')}=corrupt-member`]);
    const ended = await runVerb(range('10', '10'), pipeline.env);
    expect(ended.err).toMatch(/2026-03-04T10: MemberCorrupt: the member .*260786.*is not whole gzip data/);
    expect(pipeline.api.requests.filter(({ start }) => start === at('10'))).toHaveLength(5);
    expect(await pipeline.workFiles()).toEqual([]);
  });
});

describe('a landed hour that is exported again', () => {
  it('is not emptied by a 404', async () => {
    const window = at('06');
    const before = (await ledger.read([window])).get(window);
    pipeline.api.setFaults([`${window}=404`]);
    const ended = await runVerb([...range('06', '06'), '--reprocess'], pipeline.env);
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(
      /2026-03-04T06: HourVanished: .*404.*landed with \d+ events; nothing was changed/,
    );
    expect((await ledger.read([window])).get(window)).toEqual(before);
  });
});

describe('a cancelled run', () => {
  it('stops the download in progress, and leaves nothing on disk', async () => {
    pipeline.api.setFaults([`${at('11')}=stall`]);
    const handle = await start({ start: at('11'), end: at('11') });
    await expect.poll(() => pipeline.api.requests.some(({ start }) => start === at('11'))).toBe(true);
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    await expect.poll(() => pipeline.workFiles()).toEqual([]);
  });
});

describe('an hour that is not due', () => {
  it('is not requested: the run waits', async () => {
    pipeline.api.setFaults([]);
    const window = hourWindowAt(Date.now());
    const before = pipeline.api.requests.length;
    const handle = await start({ start: window, end: window });
    await expect
      .poll(() => handle.query('progress'))
      .toMatchObject({ inProgress: [{ step: 'not due yet' }] });
    expect(pipeline.api.requests).toHaveLength(before);
    await handle.terminate();
  });
});

describe('input that is not an interval', () => {
  it.each([
    [undefined, 'IntervalMissing'],
    [{}, 'IntervalMissing'],
    [{ start: '2026-01-01T00' }, 'IntervalMissing'],
    [{ start: '2026-01-01T24', end: '2026-01-02T00' }, 'WindowInvalid'],
    [{ start: '2026-01-02T00', end: '2026-01-01T00' }, 'IntervalReversed'],
    [{ start: '2026-01-01T00', end: '2026-01-08T00' }, 'IntervalTooLong'],
    [{ start: '2026-01-01T00', end: '2026-01-01T00', hourConcurrency: 0 }, 'InputInvalid'],
    [{ start: '2026-01-01T00', end: '2026-01-01T00', reprocess: 'false' }, 'InputInvalid'],
  ])('%j fails the run at once: %s', async (input, type) => {
    const handle = await start(input);
    await expect(handle.result()).rejects.toMatchObject({ cause: { type } });
  });
});

function start(input: unknown) {
  return pipeline.client.workflow.start('exportInterval', {
    workflowId: `test-${Math.random().toString(36).slice(2)}`,
    taskQueue: pipeline.taskQueue,
    args: input === undefined ? [] : [input],
  });
}
