import { readdir, readFile } from 'node:fs/promises';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { hourSinks } from '../../worker/metrics/hour-sinks.ts';
import { PipelineMetrics } from '../../worker/metrics/pipeline-metrics.ts';
import { tracedBundlePath, workflowBundlePath } from '../../worker/workflow-bundle.ts';
import { scenarios } from './scenarios.ts';

const HISTORIES = 'test/replay/histories';
const metrics = new PipelineMetrics();
const worker = { workflowBundle: { codePath: workflowBundlePath }, sinks: hourSinks(metrics) };

beforeAll(() => Runtime.install({ logger: new DefaultLogger('ERROR') }));

describe('the workflow code', () => {
  it.each(Object.keys(scenarios))('still does what it did in the recorded run %s', async (name) => {
    const history: unknown = JSON.parse(await readFile(`${HISTORIES}/${name}.json`, 'utf8'));
    await expect(Worker.runReplayHistory(worker, history, name)).resolves.toBeUndefined();
  });

  it.each(Object.keys(scenarios))('does the same in the recorded run %s when it is traced', async (name) => {
    const history: unknown = JSON.parse(await readFile(`${HISTORIES}/${name}.json`, 'utf8'));
    const sinks = { ...worker.sinks, exporter: { export: { fn: () => undefined } } };
    const traced = { workflowBundle: { codePath: tracedBundlePath }, sinks };
    await expect(Worker.runReplayHistory(traced, history, name)).resolves.toBeUndefined();
  });

  it('counts no hour at a replay', async () => {
    const hours = await metrics.registry.getSingleMetric('amplitude_export_hours_total')?.get();
    expect(hours?.values.map(({ value }) => value)).toEqual([0, 0, 0, 0]);
  });

  it('has no history of a run that nobody records any more', async () => {
    const files = (await readdir(HISTORIES)).map((file) => file.replace('.json', ''));
    expect(files.toSorted()).toEqual(Object.keys(scenarios).toSorted());
  });

  it('would be found out if it did something else', async () => {
    const text = await readFile(`${HISTORIES}/export-interval.json`, 'utf8');
    const history: unknown = JSON.parse(text.replaceAll('"name": "parse"', '"name": "upload"'));
    await expect(Worker.runReplayHistory(worker, history)).rejects.toThrow(/[Nn]ondeterminism/);
  });
});
