import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runVerb } from '../support/command-line.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { startCollector, type Collector, type Span } from '../support/collector.ts';

const TOKEN = 'collector-token-61fe02d9';
const FAILS_ONCE = '2026-01-02T05';

let pipeline: Pipeline;
let collector: Collector;

beforeAll(async () => {
  pipeline = await openPipeline({ faults: [`${FAILS_ONCE}=500*1`] });
  collector = await startCollector();
  const worker = await pipeline.startWorker({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `x-token=${TOKEN}`,
    OTEL_SERVICE_NAME: 'export-of-the-shop',
  });
  await runVerb(['run', '--from', '2026-01-02T04', '--to', FAILS_ONCE], pipeline.env);
  await runVerb(['backfill', '--from', '2026-01-03T22', '--to', '2026-01-04T01'], pipeline.env);
  // A worker that ends sends the rest.
  worker.child.kill('SIGTERM');
  await worker.ended;
});

afterAll(async () => {
  await pipeline.close();
  await collector.close();
});

const named = (name: string): Span[] => collector.spans.filter((span) => span.name === name);

describe('the trace of a run', () => {
  it('begins with the run, and has a span for each attempt of an activity', () => {
    const run = named('RunWorkflow:exportInterval').find(({ traceId }) =>
      named('RunActivity:extract').some(
        (span) => span.traceId === traceId && span.attributes['temporalWorkflowId']?.includes('2026-01-02'),
      ),
    );
    expect(run?.parentSpanId).toBeUndefined();
    const spans = collector.spans.filter(({ traceId }) => traceId === run?.traceId);
    const activities = spans.map(({ name }) => name).filter((name) => name.startsWith('RunActivity:'));
    // One of the two hours was extracted twice.
    expect(activities.toSorted()).toEqual(
      ['plan', 'extract', 'extract', 'extract', 'parse', 'parse', 'upload', 'upload']
        .map((activity) => `RunActivity:${activity}`)
        .toSorted(),
    );
    expect(spans.filter(({ failed }) => failed).map(({ name }) => name)).toEqual(['RunActivity:extract']);
  });

  it('is whole: each span has its parent in the trace', () => {
    const ids = new Set(collector.spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
    const children = collector.spans.filter(({ parentSpanId }) => parentSpanId !== undefined);
    expect(children.length).toBeGreaterThan(20);
    expect(children.filter(({ traceId, parentSpanId }) => !ids.has(`${traceId} ${parentSpanId}`))).toEqual(
      [],
    );
  });

  it('is one for each day of a backfill', () => {
    const [backfill] = named('RunWorkflow:backfill');
    const days = named('RunWorkflow:exportInterval').map(({ traceId }) => traceId);
    expect(new Set([...days, backfill?.traceId]).size).toBe(4);
  });
});

it('the worker says who it is, and sends the headers that the collector asks for', () => {
  expect(collector.services).toEqual(new Set(['export-of-the-shop']));
  expect(collector.headers.every((headers) => headers['x-token'] === TOKEN)).toBe(true);
});

it('no span has a secret', () => {
  for (const secret of [pipeline.env['AMP_SECRET_KEY'], pipeline.env['S3_USER_SECRET_KEY'], TOKEN])
    expect(collector.text()).not.toContain(secret);
});

it('a collector that refuses is a warning without its token, and no run changes its outcome', async () => {
  collector.refuse();
  const worker = await pipeline.startWorker({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `x-token=${TOKEN}`,
  });
  const { code } = await runVerb(['run', '--from', '2026-01-05T04', '--to', '2026-01-05T04'], pipeline.env);
  expect(code).toBe(0);
  worker.child.kill('SIGTERM');
  const { err } = await worker.ended;
  expect(err).toContain('spans were not sent');
  expect(err).not.toContain(TOKEN);
});

it('without a collector, a worker sends no span', async () => {
  const before = collector.headers.length;
  const worker = await pipeline.startWorker();
  await runVerb(['run', '--from', '2026-01-06T04', '--to', '2026-01-06T04'], pipeline.env);
  worker.child.kill('SIGTERM');
  await worker.ended;
  expect(collector.headers).toHaveLength(before);
});
