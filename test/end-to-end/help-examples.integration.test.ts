import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { HOUR_MS, hourWindowAt } from '../../core/hour-window.ts';
import { hoursOf, parseInterval } from '../../core/interval.ts';
import { pMap } from '../../core/p-map.ts';
import { startLine, type Ended, type RunningVerb } from '../support/command-line.ts';
import { exampleOf, examplesOf } from '../support/help-examples.ts';
import { putManifest } from '../support/manifests.ts';
import { makeNamespace } from '../support/make-namespace.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { startWebhook } from '../support/webhook.ts';
import { temporalCommand } from '../support/temporal-command.ts';

let pipeline: Pipeline;
let folder: string;
let env: Readonly<Record<string, string>>;
let worker: RunningVerb;

beforeAll(async () => {
  pipeline = await openPipeline({ faults: ['*=404'] });
  folder = await mkdtemp(join(tmpdir(), 'amplitude-export-examples-'));
  // The examples use the default names of schedules and backfills: in their own namespace there are no others.
  env = { ...(await makeNamespace(pipeline)), TASK_QUEUE: 'amplitude-export', XDG_CACHE_HOME: folder };
  worker = startLine(await exampleOf('worker'), env, folder);
  await worker.saying(/worker ready/);
});

afterAll(async () => {
  worker.child.kill('SIGKILL');
  await worker.ended;
  await pipeline.close();
  await rm(folder, { recursive: true, force: true });
});

async function runLine(line: string): Promise<Ended> {
  return startLine(line, env, folder).ended;
}

it.each(['setup', 'run'])('the example in the help of %s runs as printed', async (verb) => {
  expect(await runLine(await exampleOf(verb))).toMatchObject({ code: 0 });
});

it('the example in the help of verify runs as printed, and repairs', async () => {
  const landed = hoursOf(parseInterval({ start: '2026-01-01T00', end: '2026-01-07T22' }));
  await pMap(landed, (window) => putManifest(pipeline.bucket, pipeline.prefix, window, { events: 0 }), {
    concurrency: 16,
  });
  expect(await runLine(await exampleOf('verify'))).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^2026-01-07T23 {2}gap\n168 hours: 167 landed .*\nall problems/) as unknown,
    err: expect.stringContaining('2026-01-07T23 to 2026-01-07T23  exported\n') as unknown,
  });
});

it('the examples in the help of status run as printed', async () => {
  const [page = '', alert = '', notifying = '', costs = '', ...others] = await examplesOf('status');
  expect(others).toEqual([]);
  expect(await runLine(page)).toMatchObject({ code: 0, err: '' });
  expect(await readdir(folder)).toContain('status.html');
  expect(await runLine(alert)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^LedgerLags: /) as unknown,
  });
  const webhook = await startWebhook();
  onTestFinished(() => webhook.close());
  const withWebhook = { ...env, ALERT_WEBHOOK_URL: webhook.url };
  expect(await startLine(notifying, withWebhook, folder).ended).toMatchObject({ code: 1, out: '' });
  expect(webhook.told).toMatchObject([{ kind: 'status', firstReasons: [{ type: 'LedgerLags' }] }]);
  const due = hourWindowAt(Date.now() - 3 * HOUR_MS);
  await putManifest(pipeline.bucket, pipeline.prefix, due);
  expect(await runLine(alert)).toEqual({ code: 0, out: '', err: '' });
  expect(await runLine(costs)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^requests together, once +[1-9]/m) as unknown,
  });
});

it('the example in the help of sample-api runs as printed', async () => {
  // Its port may be in use. Of two --port options, the last one counts.
  const api = startLine(`${await exampleOf('sample-api')} --port 0`, {}, folder);
  onTestFinished(() => void api.child.kill('SIGKILL'));
  await api.saying(/ready: .*\n/);
  const [, url] = /AMP_EXPORT_URL=(\S+)/.exec(api.soFar().out) ?? [];
  const headers = { Authorization: `Basic ${btoa('sample-key:sample-secret')}` };
  const statuses: number[] = [];
  for (const hour of ['05', '05', '05', '06']) {
    const answer = await fetch(`${url}?start=20260101T${hour}&end=20260101T${hour}`, { headers });
    await answer.arrayBuffer();
    statuses.push(answer.status);
  }
  expect(statuses).toEqual([429, 504, 200, 504]);
  const eventsList = new URL('/api/2/events/list', url);
  expect((await fetch(eventsList, { headers })).status).toBe(500);
  expect(await (await fetch(eventsList, { headers })).json()).toHaveProperty('data');
  await api.saying(/events list: 500 \(500\)\nevents list: 200\n/);
  api.child.kill('SIGINT');
  expect(await api.ended).toMatchObject({ code: 0, err: '' });
});

it('the examples in the help of schedule run as printed', async () => {
  const [daily = '', settling = ''] = await examplesOf('schedule', 'create');
  expect(await examplesOf('schedule')).toEqual([daily]);
  expect(await runLine(daily)).toMatchObject({ code: 0, err: '' });
  expect(await runLine(settling)).toMatchObject({ code: 0, err: '' });
  for (const verb of ['describe', 'pause', 'resume', 'trigger', 'delete'])
    expect(await runLine(await exampleOf('schedule', verb))).toMatchObject({ code: 0, err: '' });
});

it('the examples in the help of backfill run as printed', async () => {
  // The year of the examples has 8,760 hours: too many to wait for.
  const [year = ''] = await examplesOf('backfill');
  expect(await runLine(`${year} --dry-run`)).toMatchObject({
    code: 0,
    out: expect.stringContaining('8,760 hours to export') as unknown,
  });
  const started = await runLine(`${year} --detach --json`);
  const { workflowId } = JSON.parse(started.out) as { workflowId: string };
  expect(await runLine(await exampleOf('backfill', 'control'))).toMatchObject({
    code: 0,
    out: expect.stringMatching(`^${workflowId}: running, concurrency 8, `) as unknown,
  });
  await temporalCommand(
    `temporal workflow cancel --namespace ${env['TEMPORAL_NAMESPACE']} --workflow-id ${workflowId}`,
  );
});
