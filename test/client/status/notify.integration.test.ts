import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import type { Bucket } from '../../../bronze/bucket.ts';
import { HOUR_MS, hourStartMs, hourWindowAt, type HourWindow } from '../../../core/hour-window.ts';
import { bucketVariables } from '../../../local/s3-access.ts';
import { runVerb, type Ended } from '../../support/command-line.ts';
import { putManifest } from '../../support/manifests.ts';
import { makeBucket } from '../../support/s3.ts';
import { startWebhook, WEBHOOK_TOKEN, type TestWebhook } from '../../support/webhook.ts';

/** Twelve hours and more behind: far from the lags of the tests, also when an hour ends meanwhile. */
const landed = hourWindowAt(Date.now() - 12 * HOUR_MS);

let bucket: Bucket;
let folder: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  bucket = await makeBucket();
  folder = await mkdtemp(join(tmpdir(), 'amplitude-export-notify-'));
  env = { ...bucketVariables(inject('s3'), bucket.name), XDG_CACHE_HOME: folder };
  await putManifest(bucket, 'amplitude', landed);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function webhookThat(answer?: Parameters<typeof startWebhook>[0]): Promise<TestWebhook> {
  const webhook = await startWebhook(answer);
  onTestFinished(() => webhook.close());
  return webhook;
}

async function status(args: readonly string[], url: string, from: HourWindow = landed): Promise<Ended> {
  return runVerb(['status', '--from', from, ...args], { ...env, ALERT_WEBHOOK_URL: url });
}

describe('amplitude-export status --notify', () => {
  it('sends a lag, each time with the same key, and fails as ever', async () => {
    const webhook = await webhookThat();
    for (const args of [[], ['--json']]) {
      const ended = await status(['--max-lag', '3h', '--notify', ...args], webhook.url);
      expect(ended.code).toBe(1);
      expect(ended.out + ended.err).toMatch(/LedgerLags/);
      expect(ended.err).not.toContain('warning');
    }
    expect(webhook.told).toHaveLength(2);
    expect(webhook.told[0]).toMatchObject({
      text: expect.stringMatching(
        /^Amplitude ledger .*: \d+ due hours have not landed\nLedgerLags: newest landed hour /,
      ) as string,
      kind: 'status',
      start: landed,
      landed: 1,
      rejected: 0,
      changed: null,
      firstReasons: [{ window: null, type: 'LedgerLags' }],
      workflowId: null,
      runId: null,
      link: null,
    });
    const keys = new Set(webhook.told.map(({ dedupKey }) => dedupKey));
    expect([...keys]).toEqual([`${bucket.name}/amplitude LedgerLags ${landed}`]);
  });

  it('sends an unreadable manifest', async () => {
    const webhook = await webhookThat();
    const broken = hourWindowAt(hourStartMs(landed) - HOUR_MS);
    await putManifest(bucket, 'amplitude', broken, 'no JSON');
    const ended = await status(['--notify'], webhook.url, broken);
    expect(ended).toMatchObject({ code: 1, err: expect.stringMatching(/^ManifestUnreadable: /) as string });
    expect(webhook.told).toMatchObject([
      {
        kind: 'status',
        firstReasons: [{ type: 'ManifestUnreadable' }],
        dedupKey: `${bucket.name}/amplitude ManifestUnreadable ${broken}`,
      },
    ]);
  });

  it('sends the lag when there is an unreadable manifest, too', async () => {
    const webhook = await webhookThat();
    const broken = hourWindowAt(hourStartMs(landed) - HOUR_MS);
    await putManifest(bucket, 'amplitude', broken, 'no JSON');
    expect(await status(['--max-lag', '3h', '--notify'], webhook.url, broken)).toMatchObject({ code: 1 });
    expect(webhook.told).toMatchObject([{ firstReasons: [{ type: 'LedgerLags' }] }]);
  });

  it('sends that the bucket cannot be read', async () => {
    const webhook = await webhookThat();
    const args = ['status', '--from', landed, '--notify'];
    const ended = await runVerb(args, {
      ...env,
      ALERT_WEBHOOK_URL: webhook.url,
      AWS_BUCKET_NAME: 'no-such-bucket-here',
    });
    expect(ended.code).toBe(1);
    expect(webhook.told).toMatchObject([
      {
        kind: 'status',
        start: landed,
        hours: null,
        failed: null,
        firstReasons: [{ type: 'BucketMissing' }],
        dedupKey: `no-such-bucket-here/amplitude BucketMissing ${landed}`,
      },
    ]);
  });

  it.each([
    ['without the option', ['--max-lag', '3h'], 1],
    ['when nothing is wrong', ['--max-lag', '100h', '--notify'], 0],
  ])('sends nothing %s', async (_name, args, code) => {
    const webhook = await webhookThat();
    expect(await status(args, webhook.url)).toMatchObject({ code });
    expect(webhook.told).toEqual([]);
  });

  it('warns of a webhook that does not take it, without its address, and fails with the lag', async () => {
    const webhook = await webhookThat((_told, _tries, request, response) =>
      response.writeHead(500, request.url).end(request.url),
    );
    const ended = await status(['--max-lag', '3h', '--notify'], webhook.url);
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(
      /^warning: notification not sent \(WebhookUnavailable: the webhook cannot take the notification now \(500\)\)\nLedgerLags: /,
    );
    for (const secret of [webhook.url, ...WEBHOOK_TOKEN.split('/')])
      expect(ended.out + ended.err).not.toContain(secret);
    // One request: cron calls again.
    expect(webhook.told).toHaveLength(1);
  });

  it('needs ALERT_WEBHOOK_URL', async () => {
    expect(await status(['--max-lag', '3h', '--notify'], '')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/ALERT_WEBHOOK_URL is not set: --notify/) as string,
    });
  });
});
