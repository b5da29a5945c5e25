import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import type { Manifest } from '../../bronze/manifest.ts';
import { hoursOf, type Interval } from '../../core/interval.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { runVerb, startVerb } from '../support/command-line.ts';
import { openPipeline, secrets, type Pipeline } from '../support/pipeline.ts';
import { metricsUrl, scrape, valueOf, type Sample } from '../support/scrape.ts';

const interval: Interval = {
  start: parseHourWindow('2026-01-01T02'),
  end: parseHourWindow('2026-01-01T06'),
};
const REFUSED = '2026-01-01T04';
const FAILS_ONCE = '2026-01-01T05';
const served = { METRICS_ADDRESS: '127.0.0.1:0', LOG_LEVEL: 'info' };
const range = ['--from', interval.start, '--to', interval.end];

describe('a worker with METRICS_ADDRESS', () => {
  let pipeline: Pipeline;
  let url: string;
  let samples: readonly Sample[];
  let manifests: readonly Manifest[];

  beforeAll(async () => {
    pipeline = await openPipeline({
      faults: [`${REFUSED}=403`, `${FAILS_ONCE}=500*1`, '2026-01-01T06=bad-lines'],
    });
    url = await metricsUrl(await pipeline.startWorker(served));
    // The first scrape begins to read the ledger and the schedules.
    await scrape(url);
    await runVerb(['run', ...range], pipeline.env);
    samples = await scrape(url);
    const ledger = new Ledger(pipeline.bucket, pipeline.prefix);
    manifests = [...(await ledger.read(hoursOf(interval))).values()];
  });

  afterAll(() => pipeline.close());

  const value = (name: string, labels?: Readonly<Record<string, string>>): number | undefined =>
    valueOf(samples, `amplitude_export_${name}`, labels);
  const sum = (of: (manifest: Manifest) => number): number =>
    manifests.reduce((total, manifest) => total + of(manifest), 0);

  it('counts each hour once, by its outcome', () => {
    expect(value('hours_total', { outcome: 'landed' })).toBe(4);
    expect(value('hours_total', { outcome: 'failed' })).toBe(1);
    expect(value('hours_total', { outcome: 'unchanged' })).toBe(0);
    expect(value('changed_hours_total')).toBe(0);
  });

  it('counts the lines that the manifests have', () => {
    expect(sum(({ rejected }) => rejected)).toBeGreaterThan(0);
    expect(value('events_total')).toBe(sum(({ events }) => events));
    expect(value('rejected_lines_total')).toBe(sum(({ rejected }) => rejected));
    expect(value('outside_window_events_total')).toBe(sum(({ outsideWindow = 0 }) => outsideWindow));
  });

  it('counts requests to Amplitude and their bytes', () => {
    const counts = ['200', '404', '403', '500'].map((status) => value('source_requests_total', { status }));
    expect(counts).toEqual([3, 1, 1, 1]);
    expect(value('source_requests_total')).toBe(6);
    expect(value('source_bytes_total')).toBe(sum(({ source }) => source.bytes));
  });

  it('counts requests to the storage and their bytes', () => {
    const stored = sum(({ outputs }) => outputs.reduce((bytes, output) => bytes + output.bytes, 0));
    expect(value('storage_bytes_total')).toBeGreaterThan(stored);
    const objects = sum(({ outputs }) => outputs.length);
    // An object each, and each hour's manifest and logs.
    expect(value('storage_requests_total', { operation: 'PutObject', status: '200' })).toBeGreaterThan(
      objects + manifests.length,
    );
    expect(value('storage_requests_total', { operation: 'GetObject', status: '404' })).toBeGreaterThan(0);
  });

  it('counts the attempts that failed, by the type of the error', () => {
    expect(value('failed_attempts_total')).toBe(2);
    expect(
      value('failed_attempts_total', { activity: 'extract', type: 'AccessDenied', retried: 'false' }),
    ).toBe(1);
    expect(
      value('failed_attempts_total', { activity: 'extract', type: 'SourceUnavailable', retried: 'true' }),
    ).toBe(1);
  });

  it('measures whole attempts and their operations', () => {
    const steps = ['extract', 'parse', 'upload', 'download'];
    expect(steps.map((step) => value('step_seconds_count', { step }))).toEqual([6, 3, 4, 3]);
  });

  it('shows slots and disk', () => {
    expect(value('slots', { state: 'used' })).toBe(0);
    expect(value('slots', { state: 'free' })).toBe(4);
    expect(value('work_dir_bytes')).toBeGreaterThan(0);
    expect(value('work_dir_free_bytes')).toBeLessThan(value('work_dir_size_bytes') ?? 0);
  });

  it('shows what the ledger and the schedules say', () => {
    // Nothing of the last 35 days has landed.
    expect(value('freshness_seconds')).toBe(35 * 24 * 3600);
    expect(value('missing_hours')).toBe(0);
    expect(value('gap_hours')).toBe(0);
    expect(value('scarce_hours')).toBe(0);
    expect(value('ledger_read_timestamp_seconds')).toBeGreaterThan(1.7e9);
    expect(value('schedule_overdue_seconds')).toBe(0);
  });

  it('passes on the metrics of the SDK and of the process', () => {
    expect(valueOf(samples, 'temporal_activity_execution_failed_total')).toBeGreaterThan(0);
    expect(valueOf(samples, 'temporal_worker_task_slots_available')).toBeGreaterThan(0);
    expect(valueOf(samples, 'process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  it('has the metrics that docs/metrics.md lists, and no others', async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const found = [...text.matchAll(/^# TYPE amplitude_export_(\w+) (\w+)$/gm)];
    const page = await readFile('docs/metrics.md', 'utf8');
    const listed = [...page.matchAll(/^\| `(\w+)` +\| (\w+) +\|/gm)];
    const named = (rows: typeof found) => rows.map(([, name, kind]) => `${name} ${kind}`).toSorted();
    expect(named(listed)).toEqual(named(found));
  });

  it('has no label that grows with the data, and no secret', async () => {
    const texts = samples.flatMap(({ labels }) => Object.values(labels));
    expect(texts.filter((text) => /\d{4}-\d\d-\d\d/.test(text))).toEqual([]);
    const names = new Set(samples.flatMap(({ labels }) => Object.keys(labels)));
    expect(texts.filter((text) => /-[\da-f]{12}$/.test(text))).toEqual([]);
    expect([...names].filter((name) => /workflow_id|run_id|window|key/.test(name))).toEqual([]);
    const all = await (await fetch(`${url}/metrics`)).text();
    for (const secret of [...Object.values(secrets), pipeline.env['S3_USER_SECRET_KEY'] ?? '-'])
      expect(all).not.toContain(secret);
  });

  it('is alive and ready', async () => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    // On a loaded machine, a check may take longer than its limit.
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 30_000 }).toBe(200);
    await expect
      .poll(async () => valueOf(await scrape(url), 'amplitude_export_ready'), { timeout: 30_000 })
      .toBe(1);
  });

  it('serves nothing else', async () => {
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  });

  it('counts an hour again that is exported again, but not its lines', async () => {
    const before = value('events_total');
    await runVerb(['run', ...range, '--reprocess'], pipeline.env);
    const after = await scrape(url);
    expect(valueOf(after, 'amplitude_export_hours_total', { outcome: 'unchanged' })).toBe(4);
    expect(valueOf(after, 'amplitude_export_hours_total', { outcome: 'failed' })).toBe(2);
    expect(valueOf(after, 'amplitude_export_events_total')).toBe(before);
  });
});

describe('a worker that cannot take tasks', () => {
  let pipeline: Pipeline;

  beforeAll(async () => {
    pipeline = await openPipeline();
  });

  afterAll(() => pipeline.close());

  it('is alive, but not ready', async () => {
    const worker = startVerb(['worker'], {
      ...pipeline.env,
      ...served,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    });
    onTestFinished(() => void worker.child.kill('SIGKILL'));
    const url = await metricsUrl(worker);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, 'the worker is starting\n']);
    expect(valueOf(await scrape(url), 'amplitude_export_ready')).toBe(0);
  });

  it('says so when METRICS_ADDRESS is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { code, err } = await runVerb(['worker'], { ...pipeline.env, METRICS_ADDRESS: address });
    expect(code).toBe(2);
    expect(err).toContain(`METRICS_ADDRESS: the worker cannot listen on ${address}`);
  });
});
