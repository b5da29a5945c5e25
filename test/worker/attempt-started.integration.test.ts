import { ApplicationFailure, Context, type Info } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { attemptStarted } from '../../worker/attempt-started.ts';
import { workflowBundlePath } from '../../worker/workflow-bundle.ts';

let connection: Connection;
let native: NativeConnection;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const address = inject('temporalAddress');
  connection = await Connection.connect({ address });
  native = await NativeConnection.connect({ address });
});

afterAll(async () => {
  await native.close();
  await connection.close();
});

it('an attempt began when a worker took it, not when it was scheduled', async () => {
  const client = new Client({ connection });
  const taskQueue = `started-${Math.random().toString(36).slice(2)}`;
  const common = { connection: native, taskQueue };
  const handle = await client.workflow.start('exportInterval', {
    workflowId: taskQueue,
    taskQueue,
    args: [{ start: '2026-05-01T00', end: '2026-05-01T00' }],
  });
  const workflowsOnly = await Worker.create({ ...common, workflowBundle: { codePath: workflowBundlePath } });
  await workflowsOnly.runUntil(
    expect.poll(async () => (await handle.describe()).raw.pendingActivities?.length).toBe(1),
  );

  const takenAt = Date.now();
  let told: { info: Info; startedMs: number | undefined; given: number | undefined } | undefined;
  const plan = async (): Promise<never> => {
    const { info } = Context.current();
    const started = attemptStarted(native);
    told = { info, startedMs: await started(info), given: await started({ ...info, attempt: 2 }) };
    throw ApplicationFailure.nonRetryable('it need not go on');
  };
  const activitiesOnly = await Worker.create({ ...common, activities: { plan } });
  await activitiesOnly.runUntil(expect.poll(() => told).toBeDefined());
  await handle.terminate();
  expect(told?.info.currentAttemptScheduledTimestampMs).toBeLessThanOrEqual(takenAt);
  expect(told?.startedMs).toBeGreaterThanOrEqual(takenAt);
  expect(told?.startedMs).toBeLessThanOrEqual(Date.now());
  expect(told?.given).toBeUndefined();
});
