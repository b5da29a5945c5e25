import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runVerb, startVerb, type Ended } from '../support/command-line.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { temporalCommand } from '../support/temporal-command.ts';

const range = ['--from', '2026-07-01', '--to', '2026-07-04'];

let pipeline: Pipeline;
let id: string;

beforeAll(async () => {
  pipeline = await openPipeline({ faults: ['*=404'] });
  id = `${pipeline.taskQueue}-backfill-missing-2026-07-01T00-to-2026-07-04T23`;
});

afterAll(() => pipeline.close());

async function backfill(...args: string[]): Promise<Ended> {
  return runVerb(['backfill', ...args], pipeline.env);
}

async function progress(): Promise<unknown> {
  return pipeline.client.workflow.getHandle(id).query('progress');
}

describe('backfill control', () => {
  it('pauses a backfill, and resumes it with another number of hours at once', async () => {
    const started = await backfill(...range, '--concurrency', '1', '--detach');
    expect(started).toMatchObject({ code: 0, err: '' });
    expect(started.out).toMatch(new RegExp(`^started ${id}\n.*backfill control ${id} --pause`));
    const pausing = startVerb(['backfill', 'control', id, '--pause'], pipeline.env);
    await pausing.saying(/^waiting for a worker: none listens on the task queue/);
    await pipeline.startWorker({ HOURS_PER_WORKER: '24' });
    expect(await pausing.ended).toMatchObject({
      code: 0,
      out: expect.stringMatching(`^${id}: paused, concurrency 1, `) as unknown,
    });
    expect(await progress()).toMatchObject({ paused: true, concurrency: 1 });

    const controlled = await backfill('control', id, '--concurrency', '24', '--json');
    expect(JSON.parse(controlled.out)).toMatchObject({
      workflowId: id,
      progress: { paused: true, concurrency: 24 },
    });
    // The same command again follows the paused backfill.
    const following = startVerb(['backfill', ...range], pipeline.env);
    await following.saying(/PAUSED/);
    expect(await backfill('control', id, '--resume')).toMatchObject({
      code: 0,
      out: expect.stringMatching(`^${id}: running, concurrency 24, `) as unknown,
    });
    const ended = await following.ended;
    expect(ended).toMatchObject({
      code: 0,
      out: expect.stringContaining('96 of 96 hours landed') as unknown,
    });
    expect(pipeline.api.requests).toHaveLength(96);
  });

  it.each([
    [['ENDED', '--pause'], /^InputInvalid: no backfill \S+-backfill-missing-\S+ is running/],
    [['nobody', '--resume'], /^InputInvalid: no backfill nobody is running/],
    [['ENDED'], /^error: give one of --pause, --resume and --concurrency/],
    [['ENDED', '--pause', '--resume'], /^error: give one of/],
    [['ENDED', '--concurrency', '0'], /^error: option '--concurrency <hours>'/],
    [['--pause'], /^error: missing required argument 'id'/],
  ])('%j is wrong usage', async (args, text) => {
    const ended = await backfill('control', ...args.map((arg) => (arg === 'ENDED' ? id : arg)));
    expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringMatching(text) as unknown });
  });
});

it('a cancelled backfill is reported as stopped', async () => {
  const args = ['backfill', '--from', '2026-08-01', '--to', '2026-08-10', '--concurrency', '1'];
  const following = startVerb(args, pipeline.env);
  await following.saying(/of 240 hours landed/);
  await temporalCommand(
    `temporal workflow cancel --workflow-id ${pipeline.taskQueue}-backfill-missing-2026-08-01T00-to-2026-08-10T23`,
  );
  expect(await following.ended).toMatchObject({
    code: 1,
    err: expect.stringContaining('RunStopped: ') as unknown,
  });
  expect(await pipeline.workFiles()).toEqual([]);
});
