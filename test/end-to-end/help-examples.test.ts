import { afterAll, beforeAll, expect, it } from 'vitest';
import { runVerb, type Ended } from '../support/command-line.ts';
import { namespaceOf } from '../support/namespace.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { temporalCommand } from '../support/temporal-command.ts';

let pipeline: Pipeline;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  pipeline = await openPipeline({ faults: ['*=404'] });
  // The examples name schedules and backfills as the default does: in a namespace of their own they meet no others.
  env = { ...(await namespaceOf(pipeline)), TASK_QUEUE: 'amplitude-export' };
  await pipeline.startWorker(env);
});

afterAll(() => pipeline.close());

/** The commands that the help of a verb gives as examples, without the program's name. */
async function examplesOf(...verb: string[]): Promise<string[][]> {
  const { out } = await runVerb([...verb, '--help'], {});
  const [, examples = ''] = /\nExamples?:\n([^]*)$/.exec(out) ?? [];
  return examples
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' ').slice(1));
}

/** Runs what a verb's help gives as its only example. */
async function runExample(...verb: string[]): Promise<Ended> {
  const [example = [], ...others] = await examplesOf(...verb);
  expect(others).toEqual([]);
  expect(example.slice(0, verb.length)).toEqual(verb);
  return runVerb(example, env);
}

it.each(['setup', 'run'])('the example in the help of %s runs as printed', async (verb) => {
  expect(await runExample(verb)).toMatchObject({ code: 0 });
});

it('the examples in the help of schedule run as printed', async () => {
  const [daily = [], settling = []] = await examplesOf('schedule', 'create');
  expect(await examplesOf('schedule')).toEqual([daily]);
  expect(await runVerb(daily, env)).toMatchObject({ code: 0, err: '' });
  expect(await runVerb(settling, env)).toMatchObject({ code: 0, err: '' });
  for (const verb of ['describe', 'pause', 'resume', 'trigger', 'delete'])
    expect(await runExample('schedule', verb)).toMatchObject({ code: 0, err: '' });
});

it('the examples in the help of backfill run as printed', async () => {
  // Their year has 8,760 hours: too many to wait for.
  const [year = []] = await examplesOf('backfill');
  expect(await runVerb([...year, '--dry-run'], env)).toMatchObject({
    code: 0,
    out: expect.stringContaining('8,760 hours to export') as unknown,
  });
  const started = await runVerb([...year, '--detach', '--json'], env);
  const { workflowId } = JSON.parse(started.out) as { workflowId: string };
  expect(await runExample('backfill', 'control')).toMatchObject({
    code: 0,
    out: expect.stringMatching(`^${workflowId}: running, concurrency 8, `) as unknown,
  });
  await temporalCommand(
    `temporal workflow cancel --namespace ${env['TEMPORAL_NAMESPACE']} --workflow-id ${workflowId}`,
  );
});
