import { afterAll, beforeAll, expect, it } from 'vitest';
import { runVerb } from '../support/command-line.ts';
import { hoursOfDay, openPipeline, type Pipeline } from '../support/pipeline.ts';
import { deleteSchedules, makeSchedule, scheduledRuns } from '../support/schedules.ts';
import { temporalCommand } from '../support/temporal-command.ts';
import { expectWholeHours } from '../support/expect-whole-hours.ts';

const DATE = '2026-02-28';
const day = ['--from', DATE, '--to', DATE];

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline({ busyEvents: 500 });
  await Promise.all([pipeline.startWorker(), pipeline.startWorker()]);
});

afterAll(async () => {
  await deleteSchedules(pipeline);
  await pipeline.close();
});

it('a run, a backfill and a backfilled schedule of the same day at the same time land each hour once', async () => {
  const { scheduleId, backfill } = await makeSchedule(pipeline, 'daily', ...day);
  const [run, backfilled] = await Promise.all([
    runVerb(['run', ...day], pipeline.env),
    runVerb(['backfill', ...day], pipeline.env),
    temporalCommand(backfill),
  ]);
  expect(run.code).toBe(0);
  expect(backfilled.code).toBe(0);
  const [scheduled] = await scheduledRuns(pipeline, scheduleId, 1);
  const { hours = 0, landed, alreadyLanded = 0 } = scheduled?.progress ?? {};
  expect(landed).toBe(hours);
  expect(hours + alreadyLanded).toBe(24);
  // They did overlap: some hours were requested more than once.
  expect(pipeline.api.requests.length).toBeGreaterThan(24);
  await expectWholeHours(pipeline, hoursOfDay(DATE));
});
