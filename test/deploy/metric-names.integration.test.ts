import { afterAll, beforeAll, expect, it } from 'vitest';
import { runVerb } from '../support/command-line.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { dashboardExpressions, deployedAlerts, deployedDashboard } from '../support/prometheus/deployed.ts';
import { metricNames } from '../support/prometheus/metric-names.ts';
import { metricsUrl, scrape, type Sample } from '../support/scrape.ts';

let pipeline: Pipeline;
let samples: readonly Sample[];

beforeAll(async () => {
  pipeline = await openPipeline({ faults: ['2026-01-01T05=500*1', '2026-01-01T06=401'] });
  const served = { METRICS_ADDRESS: '127.0.0.1:0', LOG_LEVEL: 'info' };
  const url = await metricsUrl(await pipeline.startWorker(served));
  // The first scrape begins to read the ledger and the schedules.
  await scrape(url);
  await runVerb(['run', '--from', '2026-01-01T04', '--to', '2026-01-01T06'], pipeline.env);
  samples = await scrape(url);
});

afterAll(() => pipeline.close());

it.each([
  ['set of alerts', deployedAlerts().map(({ expr }) => expr)],
  ['dashboard', dashboardExpressions(deployedDashboard(), '5m')],
])('a worker has every metric that the %s needs', (_, expressions) => {
  const served = new Set(samples.map(({ name }) => name));
  const asked = new Set(expressions.flatMap(metricNames));
  expect(asked.size).toBeGreaterThan(5);
  expect([...asked].filter((name) => !served.has(name))).toEqual([]);
});

it('no label has an hour or the id of a workflow', async () => {
  const ids: string[] = [];
  for await (const { workflowId, runId } of pipeline.client.workflow.list({
    query: `TaskQueue = "${pipeline.taskQueue}"`,
  }))
    ids.push(workflowId, runId);
  expect(ids).not.toEqual([]);
  const values = new Set(samples.flatMap(({ labels }) => Object.values(labels)));
  expect([...values].filter((value) => /\d{4}-\d\d-\d\d|\d{8}T\d\d/.test(value))).toEqual([]);
  expect([...values].filter((value) => ids.some((id) => value.includes(id)))).toEqual([]);
});
