import { beforeEach, expect, it, vi } from 'vitest';
import { openBucket } from '../../bronze/connect.ts';
import type { SentRequest } from '../../bronze/observe-requests.ts';
import { Secret } from '../../core/secret.ts';
import { serverThat } from '../support/server-that.ts';

const credentials = { accessKey: 'key', secretKey: new Secret('the-secret-5309') };

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
});

/** The requests that a PUT of `text` makes at a store that answers them, one after another, as `statuses` say. */
async function requestsAt(endpoint: string, text: string): Promise<SentRequest[]> {
  vi.stubEnv('AWS_ENDPOINT_URL_S3', new URL(endpoint).origin);
  const seen: SentRequest[] = [];
  const bucket = await openBucket({ bucket: 'lake', credentials }, (request) => seen.push(request));
  await bucket.putText('key', text, 'text/plain').catch(() => undefined);
  return seen;
}

it('each try of the SDK is a request, with its status and the bytes of its body', async () => {
  const statuses = [503, 200];
  const endpoint = await serverThat((request, response) => {
    request.resume();
    response.writeHead(statuses.shift() ?? 500).end();
  });
  const put = { operation: 'PutObject', bytes: 5 };
  expect(await requestsAt(endpoint, 'lines')).toEqual([
    { ...put, httpStatus: 503 },
    { ...put, httpStatus: 200 },
  ]);
});

it('a refused request has its status', async () => {
  const endpoint = await serverThat((request, response) => {
    request.resume();
    response.writeHead(403).end();
  });
  expect(await requestsAt(endpoint, '')).toEqual([{ operation: 'PutObject', bytes: 0, httpStatus: 403 }]);
});

it('a request without an answer has none', async () => {
  const endpoint = await serverThat((request) => void request.destroy());
  const seen = await requestsAt(endpoint, 'lines');
  expect(seen.length).toBeGreaterThan(0);
  expect(new Set(seen.map(({ httpStatus }) => httpStatus))).toEqual(new Set([undefined]));
});
