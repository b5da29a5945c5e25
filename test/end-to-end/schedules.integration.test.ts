import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { HOUR_MS, hourStartMs, hourWindowAt } from '../../core/hour-window.ts';
import { hoursOf, parseInterval, type Interval } from '../../core/interval.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { deleteSchedules, makeSchedule, scheduledRuns } from '../support/schedules.ts';
import { temporalCommand } from '../support/temporal-command.ts';

// A time zone with daylight saving time: it must have no effect, since hours are UTC.
const worker = { TZ: 'Europe/Berlin', HOURS_PER_WORKER: '24', HOUR_CONCURRENCY: '24', HOUR_DUE_AFTER: '90m' };

let pipeline: Pipeline;
let ledger: Ledger;

beforeAll(async () => {
  // Every hour is empty, so that the test is fast; an empty hour has a manifest too.
  pipeline = await openPipeline({ faults: ['*=404'] });
  pipeline = { ...pipeline, env: { ...pipeline.env, ...worker } };
  ledger = new Ledger(pipeline.bucket, pipeline.prefix);
  await pipeline.startWorker(worker);
});

afterAll(async () => {
  await deleteSchedules(pipeline);
  await pipeline.close();
});

/** The hours that have landed in an interval and in the ten days before and after it. */
async function landedAround({ start, end }: Interval): Promise<string[]> {
  const margin = 240 * HOUR_MS;
  const wider = {
    start: hourWindowAt(hourStartMs(start) - margin),
    end: hourWindowAt(hourStartMs(end) + margin),
  };
  return [...(await ledger.list(wider)).keys()].toSorted();
}

describe('the backfill command that schedule create prints lands exactly the hours of', () => {
  it.each([
    // The first and the last minute of a day: a range that is slightly wrong would fail.
    ["a month's end", ['--at', '00:00'], '2026-01-30', '2026-02-01'],
    ['a leap day', ['--cron', '30 3 * * *', '--days-back', '3'], '2024-02-28', '2024-03-01'],
    ['a change to daylight saving time', ['--at', '23:59'], '2026-03-28', '2026-03-30'],
  ])('%s', async (name, when, from, to) => {
    const id = name.replaceAll(/\W/g, '-');
    const { scheduleId, backfill } = await makeSchedule(pipeline, id, ...when, '--from', from, '--to', to);
    await temporalCommand(backfill);
    const runs = await scheduledRuns(pipeline, scheduleId, 3);
    const interval = parseInterval({ start: `${from}T00`, end: `${to}T23` });
    expect(await landedAround(interval)).toEqual(hoursOf(interval));
    expect(runs.map(({ progress }) => progress.landed)).toEqual([24, 24, 24]);
  });

  it('an interval around midnight', async () => {
    const interval = parseInterval({ start: '2026-05-31T22', end: '2026-06-01T01' });
    const { scheduleId, backfill } = await makeSchedule(
      pipeline,
      'hourly',
      '--every-hour',
      '--from',
      interval.start,
      '--to',
      interval.end,
    );
    await temporalCommand(backfill);
    const runs = await scheduledRuns(pipeline, scheduleId, 4);
    expect(await landedAround(interval)).toEqual(hoursOf(interval));
    // Runs start ten minutes past the hour, and an hour is due 90 minutes after its start.
    expect(Object.fromEntries(runs.map(({ at, progress }) => [at, progress.start]))).toEqual({
      '2026-06-01T00:10:00.000Z': '2026-05-31T22',
      '2026-06-01T01:10:00.000Z': '2026-05-31T23',
      '2026-06-01T02:10:00.000Z': '2026-06-01T00',
      '2026-06-01T03:10:00.000Z': '2026-06-01T01',
    });
  });
});
