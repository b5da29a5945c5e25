import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { startVerb } from '../support/command-line.ts';
import { hoursOfDay, openPipeline, type Pipeline } from '../support/pipeline.ts';
import { expectWholeHours } from '../support/whole-hours.ts';

const DATE = '2026-02-03';
const hours = hoursOfDay(DATE);

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
});

afterAll(() => pipeline.close());

it('a worker killed in the middle of the day costs nothing: another one completes it', async () => {
  const ledger = new Ledger(pipeline.bucket, pipeline.prefix);
  const first = await pipeline.startWorker();
  const run = startVerb(['run', '--from', DATE, '--to', DATE], pipeline.env);
  const day = { start: parseHourWindow(`${DATE}T00`), end: parseHourWindow(`${DATE}T23`) };
  while ((await ledger.list(day)).size < 8) await run.saying(/./);
  first.child.kill('SIGKILL');
  await first.ended;
  expect((await ledger.list(day)).size).toBeLessThan(24);
  expect(await pipeline.workFiles()).not.toEqual([]);

  await pipeline.startWorker();
  const ended = await run.ended;
  expect(ended.err).not.toContain('FAILED');
  expect(ended.code).toBe(0);

  await expectWholeHours(pipeline, hours);
}, 240_000);
