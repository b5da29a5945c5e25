import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestEventsList, type EventsListAnswer } from '../../../amplitude/events-list/request.ts';
import { sourceTimeouts } from '../../../amplitude/limits.ts';
import { eventsListUrl } from '../../../amplitude/source.ts';
import { remedyFor } from '../../../core/error-types.ts';
import { ExportError } from '../../../core/errors.ts';
import { Secret } from '../../../core/secret.ts';
import { eventsListJson } from '../../../local/sample-api/events-list.ts';
import { startSampleApi, type SampleApi } from '../../../local/sample-api/server.ts';
import { collect } from '../../local/sample-api/unpack.ts';
import { serverThat } from '../../support/server-that.ts';

const keys = { apiKey: 'the-api-key-5309', secretKey: 'the-secret-key-8675' };
const basicToken = Buffer.from(`${keys.apiKey}:${keys.secretKey}`).toString('base64');
const never = new AbortController().signal;

function ask(url: string, timeouts = sourceTimeouts): Promise<EventsListAnswer> {
  const apiKey = new Secret(keys.apiKey);
  const secretKey = new Secret(keys.secretKey);
  return requestEventsList({ url, apiKey, secretKey, timeouts }, never);
}

async function failureOf(request: Promise<unknown>): Promise<ExportError> {
  const error = await request.catch((thrown: unknown) => thrown);
  if (error instanceof ExportError) return error;
  throw new Error('no typed failure', { cause: error });
}

describe('the address of the events list', () => {
  it.each([
    ['https://amplitude.com/api/2/export', 'https://amplitude.com/api/2/events/list'],
    [
      'https://analytics.eu.amplitude.com/api/2/export',
      'https://analytics.eu.amplitude.com/api/2/events/list',
    ],
    ['http://127.0.0.1:8090/api/2/export', 'http://127.0.0.1:8090/api/2/events/list'],
    ['https://gateway.example/amplitude/export?via=1', 'https://gateway.example/amplitude/events/list?via=1'],
  ])('of %s is %s', (url, expected) => {
    expect(eventsListUrl({ url })).toBe(expected);
  });
});

describe('a request of the events list to the sample API', () => {
  let api: SampleApi;

  beforeEach(async () => {
    api = await startSampleApi({ seed: 'events list', projectId: 7, ...keys });
  });

  afterEach(() => api.close());

  it('gives the answer as it was sent', async () => {
    const { body, httpStatus } = await ask(api.url);
    expect((await collect(body)).toString()).toBe(eventsListJson({ changed: false }));
    expect(httpStatus).toBe(200);
    expect(api.eventsListRequests).toMatchObject([{ status: 200 }]);
    expect(api.requests).toEqual([]);
  });

  it.each([
    ['400-invalid', 'RequestInvalid', 400, 'final'],
    ['401', 'AccessDenied', 401, 'final'],
    ['403', 'AccessDenied', 403, 'final'],
    ['429:3', 'RateLimited', 429, 'retry'],
    ['500', 'SourceUnavailable', 500, 'retry'],
    ['504', 'SourceUnavailable', 504, 'retry'],
    ['reset', 'ConnectionLost', undefined, 'retry'],
  ])('that meets the fault %s fails as %s', async (fault, type, httpStatus, remedy) => {
    api.addFault(`events-list=${fault}`);
    const error = await failureOf(ask(api.url));
    expect(error).toMatchObject({ type, httpStatus });
    expect(remedyFor(error.type).remedy).toBe(remedy);
  });

  it('that meets a limit says how long to wait', async () => {
    api.addFault('events-list=429:3');
    expect((await failureOf(ask(api.url))).retryAfterMs).toBe(3000);
  });
});

describe('a request of the events list', () => {
  it('sends the keys as HTTP Basic, no hour, and asks for no encoding', async () => {
    const seen: IncomingMessage[] = [];
    const url = await serverThat((request, response) => {
      seen.push(request);
      response.end('{"data":[]}');
    });
    (await ask(url)).body.destroy();
    expect(seen).toMatchObject([
      {
        method: 'GET',
        url: '/api/2/events/list',
        headers: { authorization: `Basic ${basicToken}`, 'accept-encoding': 'identity' },
      },
    ]);
  });

  it('that is not found names the events list, and quotes the answer', async () => {
    const url = await serverThat((_request, response) => void response.writeHead(404).end('no such path'));
    expect(await failureOf(ask(url))).toMatchObject({
      type: 'UnexpectedAnswer',
      message: expect.stringMatching(/ 404 for the events list, .*: "no such path"$/) as unknown,
      httpStatus: 404,
    });
  });

  it('does not take a refusal as too large: that is for hours', async () => {
    const url = await serverThat((_request, response) => void response.writeHead(400).end('too large'));
    expect((await failureOf(ask(url))).type).toBe('RequestInvalid');
  });

  it('refuses an encoding that it did not ask for', async () => {
    const url = await serverThat((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('packed');
    });
    expect(await failureOf(ask(url))).toMatchObject({
      type: 'UnexpectedAnswer',
      message: expect.stringContaining('"gzip"') as unknown,
    });
  });

  it('fails as SourceTimedOut when no answer comes', async () => {
    const url = await serverThat(() => undefined);
    const error = await failureOf(ask(url, { ...sourceTimeouts, answerMs: 20 }));
    expect(error.type).toBe('SourceTimedOut');
  });

  it('says no secret when the source sends back what it was sent', async () => {
    for (const status of [400, 403, 404, 500]) {
      const url = await serverThat((request, response) => {
        const { authorization } = request.headers;
        response.writeHead(status).end(`you sent ${authorization}: ${keys.apiKey} ${keys.secretKey}`);
      });
      const { message } = await failureOf(ask(url));
      for (const secret of [keys.apiKey, keys.secretKey, basicToken]) expect(message).not.toContain(secret);
    }
  });
});
