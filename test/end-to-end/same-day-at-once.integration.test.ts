import { afterAll, beforeAll, expect, it } from 'vitest';
import { runVerb } from '../support/command-line.ts';
import { hoursOfDay, openPipeline, type Pipeline } from '../support/pipeline.ts';
import { deleteSchedules, makeSchedule, scheduledRuns } from '../support/schedules.ts';
import { temporalCommand } from '../support/temporal-command.ts';
import { expectWholeHours } from '../support/expect-whole-hours.ts';

const DATE = '2026-02-28';
const day = ['--from', DATE, '--to', DATE];
const hours = hoursOfDay(DATE);
// The busy hour and the one with bad lines are among them; the others are empty, and so cheap.
const withEvents = hours.slice(12, 18);

let pipeline: Pipeline;

beforeAll(async () => {
  const faults = [...withEvents.map((window) => `${window}=repacked`), '*=404'];
  pipeline = await openPipeline({ busyEvents: 500, faults });
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
  const { hours: planned = 0, landed, alreadyLanded = 0 } = scheduled?.progress ?? {};
  expect(landed).toBe(planned);
  expect(planned + alreadyLanded).toBe(24);
  // They did overlap: hours with events were requested more than once.
  const requested = pipeline.api.requests.filter(({ start }) =>
    withEvents.some((window) => window === start),
  );
  expect(requested.length).toBeGreaterThan(withEvents.length);
  await expectWholeHours(pipeline, hours, withEvents);
});
