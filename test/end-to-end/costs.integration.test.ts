import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startCountingProxy, type CountingProxy } from '../../bench/support/counting-proxy.ts';
import { runVerb } from '../support/command-line.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

/** An hour without data, one that is answered with 429 first, and one whose connection is cut first. */
const RANGE = ['--from', '2026-01-01T03', '--to', '2026-01-01T09'];
const FAULTS = ['2026-01-01T05=429:0*1', '2026-01-01T09=early-close*1'];

let pipeline: Pipeline;
let proxy: CountingProxy;

beforeAll(async () => {
  pipeline = await openPipeline({ faults: FAULTS });
  proxy = await startCountingProxy(inject('s3').endpoint);
});

afterAll(async () => {
  await pipeline.close();
  await proxy.close();
});

it('status --costs counts the requests that a worker has sent, all but that of the plan', async () => {
  await pipeline.startWorker({ AWS_ENDPOINT_URL_S3: proxy.url });
  const [start, bytes] = [proxy.counts(), proxy.bytes()];
  expect(await runVerb(['run', ...RANGE], pipeline.env)).toMatchObject({ code: 0 });
  const sent = (...kinds: string[]): number =>
    kinds.reduce((sum, kind) => sum + (proxy.counts().get(kind) ?? 0) - (start.get(kind) ?? 0), 0);
  const stored = await pipeline.bucket.list(`${pipeline.prefix}/`);

  const { code, out } = await runVerb(['status', ...RANGE, '--costs', '--json'], pipeline.env);
  expect(code).toBe(0);
  expect((JSON.parse(out) as { costs: object }).costs).toMatchObject({
    requests: {
      put: sent('PUT', 'POST', 'LIST', 'list uploads') - 1,
      get: sent('GET', 'HEAD'),
      delete: sent('DELETE', 'delete objects'),
      amplitude: pipeline.api.requests.length,
    },
    bytesSent: proxy.bytes() - bytes,
    stored: { objects: stored.length, bytes: stored.reduce((sum, one) => sum + one.bytes, 0) },
    logs: { uncounted: 0, unreadable: 0 },
    unloggedAttempts: 0,
  });
  expect(pipeline.api.requests).toHaveLength(7 + 2);
});
