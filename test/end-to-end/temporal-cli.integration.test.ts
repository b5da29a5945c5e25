import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { openPipeline, hoursOfDay, type Pipeline } from '../support/pipeline.ts';
import { temporalCommand } from '../support/temporal-command.ts';

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker();
});

afterAll(() => pipeline.close());

it('a run can be started and watched with the Temporal CLI alone', async () => {
  const { taskQueue } = pipeline;
  const workflow = `--workflow-id by-cli-${taskQueue}`;
  const input = `--input '{"start":"2026-01-01T01","end":"2026-01-01T02"}'`;
  await temporalCommand(
    `temporal workflow start --type exportInterval --task-queue ${taskQueue} ${workflow} ${input}`,
  );
  const result = await temporalCommand(`temporal workflow result ${workflow} --output json`);
  expect(JSON.parse(result)).toMatchObject({ status: 'COMPLETED', result: { hours: 2, landed: 2 } });
  const progress = await temporalCommand(`temporal workflow query --type progress ${workflow}`);
  expect(progress).toContain('"landed"');
  const hours = hoursOfDay('2026-01-01');
  const manifests = await new Ledger(pipeline.bucket, pipeline.prefix).read(hours);
  expect([...manifests.keys()].toSorted()).toEqual(hours.slice(1, 3));
});
