import { afterAll, beforeAll, expect, it } from 'vitest';
import { registerAttributes } from '../../client/runs/register-attributes.ts';
import { runVerb } from '../support/command-line.ts';
import { cloudActions, totalOf, type CloudActions } from '../support/cloud-actions.ts';
import type { History } from '../support/histories.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { childrenOf, startScheduled } from '../support/start-scheduled.ts';

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
  await registerAttributes(pipeline.client);
  await pipeline.startWorker();
});

afterAll(() => pipeline.close());

/** The actions of a run and of its children, once all have ended, and the size of their histories in bytes. */
async function costsOf(workflowId: string): Promise<{ actions: CloudActions; total: number; bytes: number }> {
  const histories: History[] = [];
  let bytes = 0;
  for (const id of [workflowId, ...(await childrenOf(pipeline.client.workflow.getHandle(workflowId)))]) {
    const run = pipeline.client.workflow.getHandle(id);
    await run.result();
    histories.push(await run.fetchHistory());
    bytes += (await run.describe()).historySize ?? 0;
  }
  const actions = cloudActions(histories);
  return { actions, total: totalOf(actions), bytes };
}

// The limits are those of docs/temporal-cloud.md. One hour has no data: it has no parse.
it('a daily run of 24 hours costs what the page on Temporal Cloud says', async () => {
  const run = await startScheduled(pipeline.client, pipeline.taskQueue, {
    id: `${pipeline.taskQueue}-daily`,
    type: 'exportInterval',
    input: { period: 'day' },
    nominalTime: '2026-01-02T03:30:00Z',
  });
  expect(await run.result()).toMatchObject({ landed: 24, empty: 1 });
  const { actions, total, bytes } = await costsOf(run.workflowId);
  expect(actions).toMatchObject({ starts: 3, children: 2, searchAttributes: 2, timers: 0, markers: 0 });
  expect(actions.activities).toBe(24 * 3 - 1 + 2);
  expect(total - actions.retries).toBe(80);
  expect(bytes / 24).toBeLessThan(8_000);
});

it('an hour of a backfill costs no more than that of a daily run', async () => {
  const range = ['--from', '2026-01-02', '--to', '2026-01-05', '--concurrency', '8'];
  expect(await runVerb(['backfill', ...range], pipeline.env)).toMatchObject({ code: 0 });
  const id = `${pipeline.taskQueue}-backfill-missing-2026-01-02T00-to-2026-01-05T23`;
  const { actions, total, bytes } = await costsOf(id);
  // How many signals tell the days of their limits depends on when each day ends.
  expect(actions).toMatchObject({
    starts: 1,
    children: 4 * 2,
    searchAttributes: 5 * 2,
    timers: 0,
    markers: 0,
  });
  expect((total - actions.retries) / 96).toBeLessThan(80 / 24);
  expect(bytes / 96).toBeLessThan(8_000);
});
