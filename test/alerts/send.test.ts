import type { RequestListener } from 'node:http';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { notificationOf } from '../../alerts/notification.ts';
import { sendNotification } from '../../alerts/send.ts';
import { readProxies } from '../../config/proxies.ts';
import { ExportError } from '../../core/errors.ts';
import { redactor } from '../../core/redact.ts';
import { Secret } from '../../core/secret.ts';
import { startHttpProxy } from '../support/http-proxy.ts';
import { serverThat } from '../support/server-that.ts';

const token = 'T0AB12CD/qY7pLk2mVx';
const notification = notificationOf(
  {
    kind: 'run',
    start: '2026-01-01T00',
    end: '2026-01-01T23',
    hours: 24,
    landed: 23,
    failed: 1,
    rejected: 0,
    changed: 0,
    firstReasons: [{ window: '2026-01-01T05', type: 'AccessDenied', message: 'refused' }],
  },
  { workflowId: 'daily', runId: 'run-1', link: 'http://localhost:8233/', dedupKey: 'run-1' },
  redactor([]),
);

/** The address of a webhook that answers as the test says. */
async function webhookThat(answer: RequestListener): Promise<string> {
  return new URL(`/services/${token}?key=qwerty4711`, await serverThat(answer)).href;
}

async function send(url: string, env: NodeJS.ProcessEnv = {}, answerMs?: number): Promise<void> {
  const timeout = answerMs === undefined ? {} : { answerMs };
  await sendNotification({ url: new Secret(url), proxies: readProxies(env), ...timeout }, notification);
}

/** What a request fails with, after a look for the address anywhere in it. */
async function failureOf(url: string, request: Promise<unknown>): Promise<ExportError> {
  const error: unknown = await request.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof ExportError)) throw new Error('no typed failure', { cause: error });
  const everything = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error);
  for (const secret of [new URL(url).host, token, 'qY7pLk2mVx', 'qwerty4711'])
    expect(everything).not.toContain(secret);
  return error;
}

/** Repeats the request in the status line, the headers and the body of the answer. */
function echoes(status: number): RequestListener {
  return (request, response) => {
    const said = `http://${request.headers.host}${request.url}`;
    const headers = { Location: said, 'X-Said': said, Server: said };
    response.writeHead(status, said, headers).end(`<p>${said}</p>`);
  };
}

describe('a notification', () => {
  it('is posted as JSON', async () => {
    const requests: unknown[] = [];
    const url = await webhookThat((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url: path, headers } = request;
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
        requests.push({ method, path, type: headers['content-type'], body });
        response.end('ok');
      });
    });
    await send(url);
    const path = `/services/${token}?key=qwerty4711`;
    expect(requests).toEqual([{ method: 'POST', path, type: 'application/json', body: notification }]);
  });

  it.each([200, 202, 204])('is taken when the answer is %d, whatever it says', async (status) => {
    await expect(send(await webhookThat(echoes(status)))).resolves.toBeUndefined();
  });

  it('is taken although the answer never ends', async () => {
    let written = 0;
    const url = await webhookThat((_request, response) => {
      response.writeHead(200);
      const piece = Buffer.alloc(65_536, 'x');
      const more = (): void => {
        written += piece.length;
        if (response.write(piece)) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    await send(url);
    // What the sockets of both sides hold may have been written.
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  it.each([
    [400, 'WebhookRefused'],
    [403, 'WebhookRefused'],
    [404, 'WebhookRefused'],
    [410, 'WebhookRefused'],
    [408, 'WebhookUnavailable'],
    [429, 'WebhookUnavailable'],
    [500, 'WebhookUnavailable'],
    [503, 'WebhookUnavailable'],
  ])('fails with a type when the answer is %d: %s', async (status, type) => {
    const url = await webhookThat(echoes(status));
    const error = await failureOf(url, send(url));
    expect(error).toMatchObject({ type, httpStatus: status });
    expect(error.message).toContain(`(${status})`);
  });

  it.each([301, 302, 303, 307, 308])('is not sent where a redirect (%d) leads', async (status) => {
    const elsewhere: unknown[] = [];
    const target = await serverThat((request, response) => {
      elsewhere.push(request.url);
      response.end();
    });
    const url = await webhookThat((_request, response) =>
      response.writeHead(status, { Location: target }).end(),
    );
    expect(await failureOf(url, send(url))).toMatchObject({ type: 'WebhookRefused', httpStatus: status });
    expect(elsewhere).toEqual([]);
  });

  it('fails when no answer comes in time', async () => {
    const url = await webhookThat(() => undefined);
    const error = await failureOf(url, send(url, {}, 100));
    expect(error.type).toBe('WebhookUnavailable');
    expect(error.message).toBe('the webhook gave no answer for 0.1 s');
  });

  it('fails when the connection is cut, or nobody listens', async () => {
    const url = await webhookThat((request) => request.socket.destroy());
    expect(await failureOf(url, send(url))).toMatchObject({
      type: 'WebhookUnavailable',
      message: 'no connection to the webhook (ECONNRESET)',
    });
    const nobody = `http://127.0.0.1:1/${token}`;
    expect(await failureOf(nobody, send(nobody))).toMatchObject({ type: 'WebhookUnavailable' });
  });

  it('ends with the reason of a signal that aborts', async () => {
    const stop = new AbortController();
    const url = await webhookThat(() => stop.abort(new Error('enough')));
    const webhook = { url: new Secret(url), proxies: readProxies({}) };
    await expect(sendNotification(webhook, notification, stop.signal)).rejects.toThrow('enough');
  });
});

/** The same address, with a name that only the proxies of the tests know. */
function named(url: string): string {
  return url.replace('127.0.0.1', 'webhook.test');
}

describe('a notification by a proxy', () => {
  it('reaches a name that only the proxy knows', async () => {
    const proxy = await startHttpProxy();
    onTestFinished(() => proxy.close());
    const url = named(await webhookThat(echoes(200)));
    await send(url, { HTTP_PROXY: proxy.host });
    expect(proxy.requests).toEqual([`POST ${url}`]);
  });

  it.each([
    ['http:', 407, 'ProxyRefused'],
    ['https:', 403, 'ProxyRefused'],
    ['https:', 502, 'ProxyUnavailable'],
  ])('to an address at %s fails with %d and %s, without the address', async (protocol, status, type) => {
    const url = named(await webhookThat(echoes(200))).replace('http:', protocol);
    const reason = `not ${url} at ${new URL(url).hostname}`;
    const proxy = await startHttpProxy({ refusal: { status, reason } });
    onTestFinished(() => proxy.close());
    const error = await failureOf(url, send(url, { HTTP_PROXY: proxy.host, HTTPS_PROXY: proxy.host }));
    expect(error).toMatchObject({ type, httpStatus: status });
    expect(error.message).not.toContain('webhook.test');
    expect(error.message).toContain(proxy.host);
  });
});
