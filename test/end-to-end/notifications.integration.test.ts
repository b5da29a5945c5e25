import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseHourWindow } from '../../core/hour-window.ts';
import { runLink } from '../../core/run-link.ts';
import { specialHours } from '../../local/sample-api/special-hours.ts';
import { runVerb, type RunningVerb } from '../support/command-line.ts';
import { putManifest } from '../support/manifests.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { startWebhook, WEBHOOK_TOKEN, type TestWebhook } from '../support/webhook.ts';

const UI = 'https://ui.example.org';
const at = (hour: number) => parseHourWindow(`2026-03-04T${String(hour).padStart(2, '0')}`);
/** What is wrong with the answers of the webhook, by the first hour of the run that it is told of. */
const trouble = { fails: at(0), hangs: at(4), redirects: at(8), echoes: at(10) } as const;

let pipeline: Pipeline;
let webhook: TestWebhook;
let elsewhere: TestWebhook;
let worker: RunningVerb;

beforeAll(async () => {
  pipeline = await openPipeline();
  elsewhere = await startWebhook();
  webhook = await startWebhook((told, tries, request, response) => {
    const said = `http://${request.headers.host}${request.url}`;
    if (told.start === trouble.fails) response.writeHead(500).end(said);
    else if (told.start === trouble.redirects) response.writeHead(307, { Location: elsewhere.url }).end();
    else if (told.start === trouble.echoes) response.writeHead(400, said, { Server: said }).end(said);
    else if (told.start !== trouble.hangs || tries > 2) response.end('ok');
  });
  worker = await pipeline.startWorker({
    HOUR_RETRY_FOR: '0s',
    ALERT_WEBHOOK_URL: webhook.url,
    TEMPORAL_UI_URL: UI,
  });
});

afterAll(async () => {
  await pipeline.close();
  webhook.close();
  elsewhere.close();
});

/** Starts a workflow and waits for its end. Returns its result, or the failure that ended it. */
async function end(type: string, ...args: readonly object[]): Promise<{ runId: string; outcome: unknown }> {
  const { client, taskQueue } = pipeline;
  const workflowId = `${taskQueue}-${Math.random().toString(36).slice(2)}`;
  const handle = await client.workflow.start(type, { workflowId, taskQueue, args: [...args] });
  const outcome: unknown = await handle.result().catch((error: unknown) => (error as Error).cause);
  return { runId: handle.firstExecutionRunId, outcome };
}

const hoursFrom = (start: string) => ({
  start,
  end: parseHourWindow(`${start.slice(0, -1)}${Number(start.slice(-1)) + 1}`),
});

/** The keys of what the webhook was told of the hours that begin with `start`. */
function keys(start: string): string[] {
  return webhook.toldOf(start).map(({ dedupKey }) => dedupKey);
}

function log(): string {
  const { out, err } = worker.soFar();
  return out + err;
}

describe('a webhook', () => {
  it('that fails, hangs, redirects or echoes leaves the outcome of runs as it is', async () => {
    pipeline.api.setFaults(Object.values(trouble).map((start) => `${start}=403`));
    const ends = await Promise.all(
      Object.values(trouble).map((start) => end('exportInterval', hoursFrom(start))),
    );
    const [fails, hangs, redirects, echoes] = ends;
    for (const [index, start] of Object.values(trouble).entries())
      expect(ends[index]?.outcome).toMatchObject({
        type: 'HoursFailed',
        message: expect.stringMatching(`^1 of 2 hours failed. ${start}: AccessDenied: `) as unknown,
        details: [{ hours: 2, landed: 1, failed: [{ window: start, type: 'AccessDenied' }] }],
      });
    // Each try of a notification has the same key: that of its run.
    expect(keys(trouble.fails)).toEqual(Array.from({ length: 4 }, () => fails?.runId));
    expect(keys(trouble.hangs)).toEqual(Array.from({ length: 3 }, () => hangs?.runId));
    expect(keys(trouble.redirects)).toEqual([redirects?.runId]);
    expect(keys(trouble.echoes)).toEqual([echoes?.runId]);
    expect(elsewhere.told).toEqual([]);
  });

  it('that takes no notification is in the log of the worker, without its address', async () => {
    await expect.poll(() => log().match(/notification not sent/g)).toHaveLength(3);
    expect(log()).toMatch(/WebhookUnavailable: the webhook cannot take the notification now \(500\)/);
    expect(log()).toMatch(/WebhookUnavailable: the webhook gave no answer for 10 s/);
    expect(log()).toMatch(/WebhookRefused: .*redirect.*\(307\)/);
    expect(log()).toMatch(/WebhookRefused: the webhook refused the notification \(400\)/);
    for (const secret of [webhook.url, ...WEBHOOK_TOKEN.split('/'), elsewhere.url])
      expect(log()).not.toContain(secret);
  });
});

describe('a run on a worker with ALERT_WEBHOOK_URL', () => {
  it('tells of failed hours: once, with the reason and a link', async () => {
    const window = parseHourWindow('2026-03-05T05');
    pipeline.api.setFaults([`${window}=403`]);
    const { code } = await runVerb(['run', '--from', window, '--to', window], pipeline.env);
    expect(code).toBe(1);
    const [told, ...more] = webhook.toldOf(window);
    expect(more).toEqual([]);
    const workflowId = `${pipeline.taskQueue}-${window}`;
    const { runId } = await pipeline.client.workflow.getHandle(workflowId).describe();
    const link = runLink({ temporalUiUrl: UI, namespace: 'default' }, workflowId, runId);
    const message = expect.stringMatching(/^Amplitude refused the credentials/) as string;
    expect(told).toEqual({
      text: expect.stringMatching(
        /^Amplitude export 2026-03-05T05: 1 of 1 hours failed\n2026-03-05T05 AccessDenied: .*\nhttps:/,
      ) as string,
      mrkdwn: false,
      kind: 'run',
      start: window,
      end: window,
      hours: 1,
      landed: 0,
      failed: 1,
      rejected: 0,
      changed: 0,
      firstReasons: [{ window, type: 'AccessDenied', message }],
      workflowId,
      runId,
      link,
      dedupKey: runId,
    });
    expect(told?.text.endsWith(`\n${link}`)).toBe(true);
  });

  it('tells of rejected lines', async () => {
    const start = parseHourWindow(`2026-03-05T${specialHours.badLines}`);
    pipeline.api.setFaults([]);
    const { outcome } = await end('exportInterval', { start, end: start });
    const { rejected } = outcome as { rejected: number };
    expect(rejected).toBeGreaterThan(0);
    expect(webhook.toldOf(start)).toMatchObject([{ landed: 1, failed: 0, rejected, changed: 0 }]);
  });

  it('tells of changed hours, and says nothing when there is nothing to tell', async () => {
    const start = parseHourWindow('2026-03-05T06');
    const again = { start, end: start, reprocess: true };
    pipeline.api.setFaults([]);
    for (const input of [{ start, end: start }, again])
      expect((await end('exportInterval', input)).outcome).toMatchObject({ landed: 1, changed: [] });
    expect(webhook.toldOf(start)).toEqual([]);
    pipeline.api.setFaults([`${start}=changed`]);
    await end('exportInterval', again);
    expect(webhook.toldOf(start)).toMatchObject([{ landed: 1, failed: 0, rejected: 0, changed: 1 }]);
  });

  it('tells when it cannot plan', async () => {
    const window = parseHourWindow('2026-03-07T05');
    await putManifest(pipeline.bucket, pipeline.prefix, window, 'no JSON');
    const input = { start: window, end: window, reprocess: 'rejected' };
    expect((await end('exportInterval', input)).outcome).toMatchObject({ type: 'ManifestUnreadable' });
    expect(webhook.toldOf(window)).toMatchObject([
      {
        kind: 'run',
        hours: null,
        failed: null,
        firstReasons: [{ window: null, type: 'ManifestUnreadable' }],
      },
    ]);
  });
});

describe('a backfill on a worker with ALERT_WEBHOOK_URL', () => {
  it('tells of all its days at once', async () => {
    pipeline.api.setFaults(['2026-03-11T05=403', '*=404']);
    const range = ['--from', '2026-03-10', '--to', '2026-03-12'];
    const { code } = await runVerb(['backfill', ...range, '--concurrency', '12'], pipeline.env);
    expect(code).toBe(1);
    expect(webhook.told.filter(({ start }) => start?.startsWith('2026-03-1'))).toMatchObject([
      {
        kind: 'backfill',
        start: '2026-03-10T00',
        end: '2026-03-12T23',
        hours: 72,
        landed: 71,
        failed: 1,
        firstReasons: [{ window: '2026-03-11T05', type: 'AccessDenied' }],
      },
    ]);
  });
});

describe('a snapshot of the events list on a worker with ALERT_WEBHOOK_URL', () => {
  it('tells when it has failed', async () => {
    pipeline.api.setFaults(['events-list=403']);
    expect((await end('snapshotEventsList')).outcome).toMatchObject({ type: 'AccessDenied' });
    expect(webhook.told.filter(({ kind }) => kind === 'events list')).toMatchObject([
      { start: null, firstReasons: [{ window: null, type: 'AccessDenied' }] },
    ]);
  });
});
