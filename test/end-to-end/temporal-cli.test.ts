import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { openPipeline, hoursOfDay, type Pipeline } from '../support/pipeline.ts';

const temporalCli = fileURLToPath(new URL('../../local/temporal-cli.js', import.meta.url));

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker();
});

afterAll(() => pipeline.close());

it('a run can be started and watched with the Temporal CLI alone', async () => {
  const workflowId = `by-cli-${pipeline.taskQueue}`;
  await temporal(
    'workflow',
    'start',
    '--type',
    'exportInterval',
    '--task-queue',
    pipeline.taskQueue,
    '--workflow-id',
    workflowId,
    '--input',
    '{"start":"2026-01-01T01","end":"2026-01-01T02"}',
  );
  const result = await temporal('workflow', 'result', '--workflow-id', workflowId, '--output', 'json');
  expect(JSON.parse(result)).toMatchObject({ status: 'COMPLETED', result: { hours: 2, landed: 2 } });
  const progress = await temporal('workflow', 'query', '--type', 'progress', '--workflow-id', workflowId);
  expect(progress).toContain('"landed"');
  const hours = hoursOfDay('2026-01-01');
  const manifests = await new Ledger(pipeline.bucket, pipeline.prefix).read(hours);
  expect([...manifests.keys()].toSorted()).toEqual(hours.slice(1, 3));
});

async function temporal(...args: string[]): Promise<string> {
  const command = [temporalCli, ...args, '--address', String(pipeline.env['TEMPORAL_ADDRESS'])];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  return stdout;
}
