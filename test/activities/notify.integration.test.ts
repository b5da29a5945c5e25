import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import { notify } from '../../activities/notify.ts';
import { tellWebhook } from '../../activities/tell-webhook.ts';
import { workerSettings } from '../../config/settings.ts';
import { ActivityAttempt } from '../support/activity-worker.ts';
import { serverThat } from '../support/server-that.ts';

const keys = { AMP_API_KEY: 'api-key', AMP_SECRET_KEY: 'secret-key', AWS_BUCKET_NAME: 'lake' };
const facts = {
  kind: 'run',
  start: '2026-01-01T00',
  end: '2026-01-01T02',
  hours: 3,
  landed: 3,
  failed: 0,
  rejected: 2,
  changed: 0,
  firstReasons: [],
} as const;

function dependencies(webhook?: string) {
  return { settings: workerSettings({ ...keys, ...(webhook && { ALERT_WEBHOOK_URL: webhook }) }) };
}

describe('the activity notify', () => {
  it('tells of the run that calls it, and each attempt has the same key', async () => {
    const told: unknown[] = [];
    const url = await serverThat((request, response) => {
      request.on('data', (chunk: Buffer) => told.push(JSON.parse(chunk.toString())));
      request.on('end', () => response.end());
    });
    for (const attempt of [1, 2])
      await new ActivityAttempt({ attempt }).run(
        (input: typeof facts) => notify(dependencies(url), input),
        facts,
      );
    const subject = { workflowId: 'test-workflow', runId: 'test-run', dedupKey: 'test-run' };
    expect(told).toEqual([expect.objectContaining(subject), expect.objectContaining(subject)]);
    expect(told[0]).toEqual(told[1]);
  });

  it('fails with a type, without the address and without what was answered', async () => {
    const url = await serverThat((request, response) => {
      response.writeHead(404, `no ${request.url}`).end(`no ${request.url}`);
    });
    const run = new ActivityAttempt().run((input: typeof facts) => notify(dependencies(url), input), facts);
    await expect(run).rejects.toMatchObject({
      type: 'WebhookRefused',
      message: 'the webhook refused the notification (404)',
      nonRetryable: true,
    });
  });

  it('fails on a worker without a webhook: another one has it', async () => {
    const run = new ActivityAttempt().run((input: typeof facts) => notify(dependencies(), input), facts);
    await expect(run).rejects.toMatchObject({ type: 'ConfigurationInvalid', nonRetryable: true });
  });
});

describe('a failure that ends a run', () => {
  const failure = ApplicationFailure.create({
    message: 'refused',
    type: 'AccessDenied',
    nonRetryable: true,
    nextRetryDelay: 5000,
    details: [{ type: 'AccessDenied' }],
  });
  const fails = async (): Promise<never> => {
    throw failure;
  };

  it('says that there is a webhook, and is otherwise the same', async () => {
    await expect(tellWebhook(dependencies('https://hooks.example.org/x'), fails)).rejects.toMatchObject({
      message: 'refused',
      type: 'AccessDenied',
      nonRetryable: true,
      nextRetryDelay: 5000,
      details: [{ type: 'AccessDenied' }, { hasWebhook: true }],
    });
  });

  it('stays as it is where there is none', async () => {
    await expect(tellWebhook(dependencies(), fails)).rejects.toBe(failure);
  });
});
