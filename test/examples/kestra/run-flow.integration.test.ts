import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ledger } from '../../../bronze/ledger.ts';
import { hoursOfDay, openPipeline, secrets, type Pipeline } from '../../support/pipeline.ts';
import { readFlow } from './read-flow.ts';

const program = fileURLToPath(new URL('../../../client/main.js', import.meta.url));
const DATE = '2026-01-01';
const flow = readFlow();
const [task] = flow.tasks;

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker({ HOURS_PER_WORKER: '24', HOUR_CONCURRENCY: '24', HOUR_RETRY_FOR: '1s' });
});

afterAll(() => pipeline.close());

/** Runs the task's commands as Kestra does: in a shell, with the task's environment and no other. Returns the exit code. */
async function runTask(date: string): Promise<{ code: number; output: string }> {
  const { TASK_QUEUE, AWS_ENDPOINT_URL_S3, ...known } = pipeline.env;
  const env: Record<string, string | undefined> = {
    PATH: process.env['PATH'],
    TASK_QUEUE,
    AWS_ENDPOINT_URL_S3,
  };
  for (const name of Object.keys(task.env)) env[name] = known[name];
  Object.assign(env, { FROM: date, TO: date });
  const image = flow.variables['amplitude_export'] ?? '';
  const commands = task.commands.map((command) =>
    command.replace('{{ vars.amplitude_export }}', image.replace('/app/dist/client/main.js', program)),
  );
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', ['set -e', ...commands].join('\n')], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: out + err });
    });
  });
}

it('the commands of the flow export a day, with the variables of the flow', async () => {
  pipeline.api.setFaults(['*=404']);
  const { code, output } = await runTask(DATE);
  expect([code, output]).toEqual([0, expect.stringContaining('24 landed')]);
  const landed = await new Ledger(pipeline.bucket, pipeline.prefix).read(hoursOfDay(DATE));
  expect(landed.size).toBe(24);
});

it('the execution fails when the run fails, and no key is in its output', async () => {
  pipeline.api.setFaults(['*=403']);
  const { code, output } = await runTask('2026-01-02');
  expect(code).toBe(1);
  expect(output).toContain('2026-01-02T');
  for (const key of [...Object.values(secrets), pipeline.env['S3_USER_SECRET_KEY'] ?? '']) {
    expect(output).not.toContain(key);
  }
});
