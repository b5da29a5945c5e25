import { afterAll, beforeAll, expect, it } from 'vitest';
import { runVerb, type RunningVerb } from '../support/command-line.ts';
import { openPipeline, secrets, type Pipeline } from '../support/pipeline.ts';

const LANDED = '2026-01-01T02';
const FAILED = '2026-01-01T04';

let pipeline: Pipeline;
let worker: RunningVerb;

beforeAll(async () => {
  pipeline = await openPipeline({ faults: [`${FAILED}=403`] });
  worker = await pipeline.startWorker({ LOG_FORMAT: 'json', LOG_LEVEL: 'debug' });
});

afterAll(() => pipeline.close());

const err = (): string => worker.soFar().err;

it('as JSON, every line is one object, and the hours that landed and failed have one each', async () => {
  await runVerb(['run', '--from', LANDED, '--to', FAILED], pipeline.env);
  await expect.poll(() => err().match(/"hour (landed|failed)"/g)).toHaveLength(3);
  const entries = err()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const stored = await pipeline.bucket.getText('amplitude/manifests/dt=2026-01-01/hour=02.json');
  const { events, rejected, runId } = JSON.parse(stored?.text ?? '') as Record<string, unknown>;
  expect(entries.filter(({ message, window }) => message === 'hour landed' && window === LANDED)).toEqual([
    expect.objectContaining({
      level: 'info',
      outcome: 'landed',
      status: 'complete',
      events,
      rejected,
      runId,
      workflowId: expect.stringContaining(LANDED.slice(0, 10)) as unknown,
      seconds: expect.any(Number) as unknown,
    }),
  ]);
  expect(entries.filter(({ message }) => message === 'hour failed')).toEqual([
    expect.objectContaining({
      level: 'error',
      window: FAILED,
      runId,
      reason: expect.stringContaining('AccessDenied: ') as unknown,
    }),
  ]);
  expect(entries.find(({ message }) => message === 'Activity failed')).toMatchObject({
    level: 'warn',
    activity: 'extract',
    attempt: 1,
    window: FAILED,
    runId,
    error: { message: expect.any(String) as unknown },
  });
  for (const secret of Object.values(secrets)) expect(err()).not.toContain(secret);
});
