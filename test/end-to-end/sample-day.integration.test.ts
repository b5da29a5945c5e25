import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cooldownKey } from '../../bronze/cooldown-record.ts';
import type { Bucket } from '../../bronze/bucket.ts';
import { Ledger } from '../../bronze/ledger.ts';
import type { Manifest } from '../../bronze/manifest.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { demoFaults } from '../../local/sample-api/faults.ts';
import { runVerb, type Ended } from '../support/command-line.ts';
import { landed, readObject, served } from '../support/landed-lines.ts';
import { hoursOfDay, openPipeline, type Pipeline } from '../support/pipeline.ts';

const DATE = '2026-01-01';
const hours = hoursOfDay(DATE);
const day = ['--from', DATE, '--to', DATE];

let pipeline: Pipeline;
let ended: Ended;
let manifests: ReadonlyMap<HourWindow, Manifest>;

beforeAll(async () => {
  pipeline = await openPipeline({ faults: demoFaults(DATE) });
  await pipeline.startWorker();
  ended = await runVerb(['run', ...day], pipeline.env);
  manifests = await new Ledger(pipeline.bucket, pipeline.prefix).read(hours);
});

afterAll(() => pipeline.close());

describe('a sample day, exported by the command line through a real Temporal server', () => {
  it('ends with exit code 0 and a table of all hours', () => {
    expect(ended.err).not.toContain('FAILED');
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/24 hours +24 landed/);
  });

  it('warns of rejected lines at the end, and names the command that shows their hours', () => {
    expect(ended.err.trimEnd().split('\n').at(-1)).toBe(
      `warning: 16 lines rejected and kept byte for byte in ${pipeline.bucket.name}/amplitude/rejected/; to see which hours: amplitude-export status --from 2026-01-01T00 --to 2026-01-01T23`,
    );
  });

  it('lands a manifest for every hour, also for the empty hour', () => {
    expect([...manifests.keys()].toSorted()).toEqual(hours);
    expect(hours.filter((window) => manifests.get(window)?.status === 'empty')).toEqual([`${DATE}T03`]);
  });

  it.each(hours)('%s holds exactly the lines that were served, byte for byte', async (window) => {
    const manifest = manifestOf(window);
    const lines = await landed(pipeline.bucket, manifest);
    expect(lines).toEqual(served(pipeline.sample, window));
    expect(manifest).toMatchObject({ events: lines.events.length, rejected: lines.rejected.length });
  });

  it.each(hours)('%s has event files that are plain NDJSON, also one after another', async (window) => {
    const { outputs, events } = manifestOf(window);
    const keys = outputs.filter(({ format }) => format === 'events').map(({ key }) => key);
    const files = await Promise.all(keys.map(async (key) => readObject(pipeline.bucket, key)));
    const text = files.length === 0 ? '' : gunzipSync(Buffer.concat(files)).toString('latin1');
    expect(text.match(/\n/g) ?? []).toHaveLength(events);
    expect(text).not.toMatch(/^[ \t\r]*\n/m);
    expect(text === '' || text.endsWith('\n')).toBe(true);
  });

  it('keeps the archives byte for byte: the raw object has the SHA-256 of the download', async () => {
    const { source, outputs } = manifestOf(hours[17]);
    const raw = outputs.find(({ format }) => format === 'raw');
    expect(raw).toMatchObject({ sha256: source.sha256, bytes: source.bytes });
  });

  it('has only manifests, the objects that they name, operation logs, and the record of the pause in the bucket', async () => {
    const named = [...manifests.values()].flatMap(({ outputs }) => outputs.map(({ key }) => key));
    const keys = await keysBelow(pipeline.bucket, 'amplitude/');
    const others = keys.filter((key) => !key.includes('/logs/') && !key.includes('/manifests/'));
    // An hour of the day was answered with 429.
    expect(others.toSorted()).toEqual([...named, cooldownKey('amplitude')].toSorted());
  });

  it('leaves no work files', async () => {
    expect(await pipeline.workFiles()).toEqual([]);
  });

  it('logs each attempt, also failed ones', async () => {
    const log = await logOf(`${DATE}T05`, /-extract-1\.csv$/);
    expect(log).toContain('time,workflow_id,run_id,activity,attempt,window,operation,item');
    expect(log).toMatch(/,extract,1,2026-01-01T05,request,.*,429,failed,RateLimited/);
    expect(await logOf(`${DATE}T05`, /-extract-2\.csv$/)).toMatch(
      /,extract,2,2026-01-01T05,request,.*,200,ok/,
    );
    expect(await logOf(`${DATE}T09`, /-extract-1\.csv$/)).toContain('ConnectionLost');
  });
});

describe('the same day again', () => {
  it('sends no request to Amplitude and changes nothing', async () => {
    const requests = pipeline.api.requests.length;
    const before = await objects();
    expect(await runVerb(['run', ...day], pipeline.env)).toMatchObject({ code: 0 });
    expect(await objects()).toEqual(before);
    expect(pipeline.api.requests).toHaveLength(requests);
  });

  it('with --reprocess and differently packed archives, changes only the logs', async () => {
    pipeline.api.setFaults(['*=repacked']);
    const requests = pipeline.api.requests.length;
    const before = await objects();
    const again = await runVerb(['run', ...day, '--reprocess', '--json'], pipeline.env);
    expect(JSON.parse(again.out)).toMatchObject({ progress: { landed: 24, unchanged: 24 } });
    expect(again.err).toContain('warning: 16 lines rejected');
    expect(await objects()).toEqual(before);
    expect(pipeline.api.requests).toHaveLength(requests + 24);
  });

  it('with --reprocess and an hour with more events, lands that hour as a new revision', async () => {
    const [window] = hours;
    pipeline.api.setFaults([`${window}=changed`]);
    const again = await runVerb(
      ['run', '--from', String(window), '--to', String(window), '--reprocess'],
      pipeline.env,
    );
    expect(again.code).toBe(0);
    expect(again.err).not.toContain('warning');
    const manifest = (await new Ledger(pipeline.bucket, pipeline.prefix).read(hours.slice(0, 1))).get(
      manifestOf(window).window,
    );
    expect(manifest).toMatchObject({ revision: 2, events: manifestOf(window).events + 3 });
    const lines = manifest && (await landed(pipeline.bucket, manifest));
    expect(lines).toEqual(served(pipeline.sample, manifestOf(window).window, { moreEvents: true }));
  });
});

describe('the Temporal Web UI', () => {
  it('shows the hour of every activity', async () => {
    const { events } = await pipeline.client.workflow.getHandle(workflowId()).fetchHistory();
    const scheduled = (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes);
    const summaries = scheduled.map((event) => text(event.userMetadata?.summary?.data));
    expect(summaries).toContain(`"${DATE}T13"`);
    expect(summaries.every((summary) => /^"2026-01-01T\d\d( to .*)?"$/.test(summary))).toBe(true);
  });

  it('shows the summary and the progress of the run', async () => {
    const handle = pipeline.client.workflow.getHandle(workflowId());
    const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    expect(metadata.currentDetails).toContain('24 of 24 hours landed (1 empty, 24 unchanged), 0 failed');
    expect(await (await handle.describe()).staticSummary()).toContain('Amplitude export');
  });
});

function workflowId(): string {
  return `${pipeline.taskQueue}-${DATE}T00-to-${DATE}T23-reprocess`;
}

function manifestOf(window: string | undefined): Manifest {
  const manifest = [...manifests.values()].find((candidate) => candidate.window === window);
  if (manifest === undefined) throw new Error(`${window} has no manifest`);
  return manifest;
}

async function keysBelow(bucket: Bucket, folder: string): Promise<string[]> {
  return (await bucket.list(folder)).map(({ key }) => key);
}

/** All keys but those of logs, manifests with their ETag: equal lists mean that nothing was written. */
async function objects(): Promise<string[]> {
  const keys = (await keysBelow(pipeline.bucket, 'amplitude/')).filter((key) => !key.includes('/logs/'));
  return Promise.all(
    keys.map(
      async (key) =>
        `${key} ${key.includes('/manifests/') ? (await pipeline.bucket.getText(key))?.etag : ''}`,
    ),
  );
}

async function logOf(window: string, name: RegExp): Promise<string> {
  const folder = `amplitude/logs/dt=${window.slice(0, 10)}/hour=${window.slice(11)}/`;
  const key = (await keysBelow(pipeline.bucket, folder)).find((candidate) => name.test(candidate));
  if (key === undefined) throw new Error(`${window} has no log ${String(name)}`);
  return (await readObject(pipeline.bucket, key)).toString('utf8');
}

function text(data: Uint8Array | null | undefined): string {
  return Buffer.from(data ?? []).toString('utf8');
}
