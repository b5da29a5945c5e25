import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { requestHour, type Answer } from '../../amplitude/client.ts';
import { sourceTimeouts, type SourceTimeouts } from '../../amplitude/limits.ts';
import { ExportError } from '../../core/errors.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { Secret } from '../../core/secret.ts';
import { startSampleApi, type SampleApi } from '../../local/sample-api/server.ts';
import { collect, expectedLines, linesOf, unzip } from '../local/sample-api/unpack.ts';
import { serverThat } from '../support/server-that.ts';
import { servedLines } from '../../local/sample-api/oracle.ts';

const keys = { apiKey: 'the-api-key-5309', secretKey: 'the-secret-key-8675' };
const basicToken = Buffer.from(`${keys.apiKey}:${keys.secretKey}`).toString('base64');
const window = parseHourWindow('2026-01-01T05');
const never = new AbortController().signal;

function ask(
  url: string,
  signal = never,
  hour = window,
  timeouts: SourceTimeouts = sourceTimeouts,
): Promise<Answer> {
  const apiKey = new Secret(keys.apiKey);
  const secretKey = new Secret(keys.secretKey);
  return requestHour({ url, apiKey, secretKey, timeouts }, hour, signal);
}

/** What a request fails with, after a look for secrets anywhere in it. */
async function failureOf(request: Promise<unknown>): Promise<ExportError> {
  const error = await request.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof ExportError)) throw new Error('no typed failure', { cause: error });
  const everything = [
    inspect(error, { depth: 10, showHidden: true }),
    JSON.stringify(error),
    error.stack ?? '',
    error.message,
  ].join('\n');
  for (const secret of [keys.apiKey, keys.secretKey, basicToken]) expect(everything).not.toContain(secret);
  return error;
}

describe('a request to the sample API', () => {
  const data = { seed: 'client', projectId: 7 };
  let api: SampleApi;

  beforeEach(async () => {
    api = await startSampleApi({ ...data, ...keys });
  });

  afterEach(() => api.close());

  it('asks for exactly one hour, both ends being the same, and gives its archive', async () => {
    const answer = await ask(api.url);
    if (answer.kind === 'none') throw new Error('no archive');
    expect(linesOf(await unzip(await collect(answer.body)))).toEqual(
      expectedLines(servedLines(data, window)),
    );
    expect(api.requests).toMatchObject([{ start: window, end: window, status: 200 }]);
  });

  it('gives no data for an hour without any', async () => {
    expect(await ask(api.url, never, parseHourWindow('2026-01-01T03'))).toEqual({
      kind: 'none',
      httpStatus: 404,
    });
  });

  it.each([
    ['400-too-large', 'ExportTooLarge', 400],
    ['400-invalid', 'RequestInvalid', 400],
    ['401', 'AccessDenied', 401],
    ['403', 'AccessDenied', 403],
    ['429:3', 'RateLimited', 429],
    ['500', 'SourceUnavailable', 500],
    ['504', 'SourceUnavailable', 504],
  ])('that meets the fault %s fails as %s', async (fault, type, httpStatus) => {
    api.addFault(`*=${fault}`);
    const error = await failureOf(ask(api.url));
    expect(error).toMatchObject({ type, httpStatus });
  });

  it('that meets a limit says how long to wait', async () => {
    api.addFault('*=429:3');
    expect((await failureOf(ask(api.url))).retryAfterMs).toBe(3000);
  });

  it('with wrong keys is refused', async () => {
    await api.close();
    api = await startSampleApi({ ...data, apiKey: 'other', secretKey: 'other' });
    expect((await failureOf(ask(api.url))).type).toBe('AccessDenied');
  });
});

describe('a request', () => {
  it('sends the keys as HTTP Basic, the hour as Amplitude writes it, and asks for no encoding', async () => {
    const seen: IncomingMessage[] = [];
    const url = await serverThat((request, response) => {
      seen.push(request);
      response.writeHead(404).end();
    });
    await ask(url);
    expect(seen).toMatchObject([
      {
        method: 'GET',
        url: '/api/2/export?start=20260101T05&end=20260101T05',
        headers: { authorization: `Basic ${basicToken}`, 'accept-encoding': 'identity' },
      },
    ]);
  });

  it('leaves its connection to the next one, also when there is no data', async () => {
    const connections = new Set<unknown>();
    const url = await serverThat(({ socket }, response) => {
      // However slow the test is, the server does not end the connection.
      socket.setTimeout(0);
      connections.add(socket);
      response.writeHead(404).end('no data for this hour');
    });
    for (let hours = 0; hours < 3; hours += 1) await ask(url);
    expect(connections.size).toBe(1);
  });

  it('keeps the query that a configured address has', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serverThat((request, response) => {
      seen.push(request.url);
      response.writeHead(404).end();
    });
    await ask(`${url}?via=proxy`);
    expect(seen).toEqual(['/api/2/export?via=proxy&start=20260101T05&end=20260101T05']);
  });

  it('refuses a body that a proxy has packed: it would pass for a broken archive', async () => {
    const url = await serverThat((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('PK');
    });
    expect(await failureOf(ask(url))).toMatchObject({
      type: 'UnexpectedAnswer',
      message: expect.stringMatching(/Content-Encoding .*: "gzip"/) as unknown,
    });
  });

  it.each<[string, string | undefined, string, string]>([
    ['JSON', 'application/json; charset=utf-8', '{"error":"no"}', 'JSON: "{"error":"no"}"'],
    ['JSON that is not called so', 'application/zip', ' \n[1]', 'JSON: "[1]"'],
    ['JSON that is only called so', 'application/problem+json', 'no', 'JSON: "no"'],
    ['a web page', 'text/html', '<p>Please\nlog in\u001b', 'a web page: "<p>Please log in"'],
    ['a web page that is not called so', undefined, '\uFEFF<!doctype html>', 'a web page: "<!doctype html>"'],
    ['a text', 'text/plain', 'Please wait', 'a text: "Please wait"'],
    ['what it was sent', 'text/plain', `key ${keys.secretKey}`, 'a text: "key ***"'],
  ])('whose answer is %s with status 200 quotes it', async (_what, type, text, told) => {
    const url = await serverThat((_request, response) => {
      response.writeHead(200, type === undefined ? {} : { 'Content-Type': type }).end(text);
    });
    expect(await failureOf(ask(url))).toMatchObject({
      type: 'ArchiveMissing',
      httpStatus: 200,
      message: `the answer of ${new URL(url).host} with status 200 is no archive but ${told}`,
    });
  });

  it.each<[string, string, string]>([
    ['called JSON', 'application/json', 'PK and more'],
    ['of nothing', 'application/json', ''],
    ['of who knows what', 'application/octet-stream', 'who knows'],
  ])('takes an answer %s for an archive, and gives it whole', async (_what, type, text) => {
    const url = await serverThat((_request, response) => {
      response.writeHead(200, { 'Content-Type': type }).end(text);
    });
    const answer = await ask(url);
    if (answer.kind === 'none') throw new Error('no archive');
    expect((await collect(answer.body)).toString()).toBe(text);
  });

  it('fails as SourceTimedOut when no byte of an archive comes', async () => {
    const url = await serverThat((_request, response) => response.writeHead(200).flushHeaders());
    const error = await failureOf(ask(url, never, window, { ...sourceTimeouts, stallMs: 20 }));
    expect(error).toMatchObject({
      type: 'SourceTimedOut',
      message: 'no byte came for 0.02 s, after 0 bytes',
    });
  });

  it('reads Retry-After as a date too', async () => {
    const url = await serverThat((_request, response) => {
      response.writeHead(429, { 'Retry-After': new Date(Date.now() + 10_000_000).toUTCString() }).end();
    });
    expect((await failureOf(ask(url))).retryAfterMs).toBe(3_600_000);
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect: %i', async (status) => {
    let requests = 0;
    const url = await serverThat((request, response) => {
      requests += 1;
      response.writeHead(status, { Location: `http://${request.headers.host}/elsewhere` }).end();
    });
    expect(await failureOf(ask(url))).toMatchObject({ type: 'UnexpectedAnswer', httpStatus: status });
    expect(requests).toBe(1);
  });

  it('says no secret when the source sends back what it was sent', async () => {
    for (const status of [400, 403, 418, 500]) {
      const url = await serverThat((request, response) => {
        response
          .writeHead(status)
          .end(`you sent ${request.headers.authorization}: ${keys.apiKey} ${keys.secretKey}`);
      });
      expect((await failureOf(ask(url))).httpStatus).toBe(status);
    }
  });

  it('says no secret that a header of the answer repeats', async () => {
    const url = await serverThat((request, response) => {
      response.writeHead(200, { 'Content-Encoding': `x-${request.headers.authorization}` }).end('PK');
    });
    expect(await failureOf(ask(url))).toMatchObject({
      type: 'UnexpectedAnswer',
      message: expect.stringContaining('"x-Basic ***"') as unknown,
    });
  });

  it('says no part of a secret where the text of a refusal was cut', async () => {
    for (const cut of [8, keys.secretKey.length - 1]) {
      const url = await serverThat((_request, response) => {
        response.writeHead(500).end(' '.repeat(2048 - cut) + keys.secretKey);
      });
      expect((await failureOf(ask(url))).message).not.toContain(keys.secretKey.slice(0, cut));
    }
  });

  it.each([
    ['stalls', (response: ServerResponse) => void response],
    ['is cut', (response: ServerResponse) => response.socket?.destroySoon()],
    ['ends by itself', (response: ServerResponse) => void response.end()],
  ])('says no part of a secret where the text of a refusal %s within it', async (_how, leave) => {
    for (const form of [keys.secretKey, basicToken, encodeURIComponent(basicToken)]) {
      for (const cut of [8, form.length - 3]) {
        const url = await serverThat((_request, response) => {
          response.writeHead(500).write(`you sent ${form.slice(0, cut)}`, () => leave(response));
        });
        const error = await failureOf(ask(url, never, window, { ...sourceTimeouts, stallMs: 500 }));
        expect(error.message).toContain('you sent ***');
        expect(error.message).not.toContain(form.slice(0, cut));
      }
    }
  });

  it('to a port where nobody listens fails as ConnectionLost', async () => {
    const url = await serverThat(() => undefined);
    const closed = url.replace(/:\d+/, ':1');
    const error = await failureOf(ask(closed));
    expect(error.type).toBe('ConnectionLost');
    expect(error.message).toMatch(/127\.0\.0\.1:1 \(ECONNREFUSED\)/);
  });

  it('whose connection is cut before any answer fails as ConnectionLost', async () => {
    const url = await serverThat((request) => void request.socket.destroy());
    expect((await failureOf(ask(url))).type).toBe('ConnectionLost');
  });

  it('that gets no HTTP for an answer fails as ConnectionLost', async () => {
    const url = await serverThat((request) => void request.socket.end('220 mail.example.org ESMTP\r\n'));
    expect((await failureOf(ask(url))).type).toBe('ConnectionLost');
  });

  it('fails by its status even when the text of a refusal is cut short', async () => {
    const url = await serverThat((_request, response) => {
      response.writeHead(500, { 'Content-Length': 1000 });
      response.write('half', () => response.socket?.destroySoon());
    });
    expect((await failureOf(ask(url))).type).toBe('SourceUnavailable');
  });

  it('reads no more of a refusal than it quotes', async () => {
    const url = await serverThat((_request, response) => {
      response.writeHead(500);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      more();
    });
    expect((await failureOf(ask(url))).message.length).toBeLessThan(400);
  });

  it('fails as SourceTimedOut when no answer comes for minutes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const url = await serverThat(() => vi.advanceTimersByTime(sourceTimeouts.answerMs));
    const error = await failureOf(ask(url));
    expect(error.type).toBe('SourceTimedOut');
    expect(error.message).toMatch(/no answer for 600 s/);
  });

  it('does not wait for ever for the text of a refusal', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const timers = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => void vi.restoreAllMocks());
    const url = await serverThat((_request, response) => {
      response.writeHead(500).write('half a word');
    });
    const failure = failureOf(ask(url));
    const waits = (): unknown[] => timers.mock.calls.map(([, waitMs]) => waitMs);
    await expect.poll(waits).toContain(sourceTimeouts.stallMs);
    vi.advanceTimersByTime(sourceTimeouts.stallMs);
    expect((await failure).type).toBe('SourceUnavailable');
  });

  it('ends with the signal’s reason when it aborts within the text of a refusal', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const url = await serverThat((_request, response) => {
      response.writeHead(500).write('half a word', () => setImmediate(() => abort.abort(reason)));
    });
    await expect(ask(url, abort.signal)).rejects.toBe(reason);
  });

  it('ends with the signal’s reason when it aborts before an answer', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const url = await serverThat(() => abort.abort(reason));
    await expect(ask(url, abort.signal)).rejects.toBe(reason);
  });

  it('is not sent when the signal has aborted', async () => {
    let requests = 0;
    const url = await serverThat(() => (requests += 1));
    const reason = new Error('enough');
    await expect(ask(url, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(requests).toBe(0);
  });

  it('lets go of an archive when the signal aborts later', async () => {
    const abort = new AbortController();
    const url = await serverThat((_request, response) => void response.writeHead(200).write('PK'));
    const answer = await ask(url, abort.signal);
    if (answer.kind === 'none') throw new Error('no archive');
    const reading = collect(answer.body).catch((error: unknown) => inspect(error, { depth: 10 }));
    abort.abort();
    await reading;
    expect(answer.body.destroyed).toBe(true);
  });
});
