import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS, hourWindowAt } from '../../core/hour-window.ts';
import { runVerb, type Ended } from '../support/command-line.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { deleteSchedules, makeSchedule, scheduledRuns } from '../support/schedules.ts';
import { temporalCommand } from '../support/temporal-command.ts';

// Hours are due at once, so that a run of the day before does not wait for its last hours.
const worker = { HOURS_PER_WORKER: '24', HOUR_CONCURRENCY: '24', HOUR_DUE_AFTER: '0s' };

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline({ faults: ['*=404'] });
});

afterAll(async () => {
  await deleteSchedules(pipeline);
  await pipeline.close();
});

async function schedule(...args: string[]): Promise<Ended> {
  return runVerb(['schedule', ...args], pipeline.env);
}

function expectWrongUsage(ended: Ended, text: RegExp): void {
  expect(ended.err).toMatch(text);
  expect(ended.err).not.toMatch(/^\s+at /m);
  expect(ended).toMatchObject({ code: 2, out: '' });
}

describe('schedule', () => {
  const daily = { period: 'day', daysBack: 1, reprocess: false };
  const note = 'Exports the day before, every day at 03:30 UTC.';

  it('create prints the schedule and the command that backfills it', async () => {
    const id = `${pipeline.taskQueue}-printed`;
    const days = ['--from', '2026-01-01', '--to', '2026-01-31'];
    const made = await schedule('create', '--id', id, '--at', '03:30', ...days);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toBe(`schedule ${id}: created. ${note}
To export 2026-01-01T00 to 2026-01-31T23 with this schedule, use the Temporal CLI (or "npm run temporal --" in place of "temporal"):
  temporal schedule backfill --schedule-id ${id} --start-time 2026-01-02T00:00:00Z --end-time 2026-02-01T23:59:59Z --overlap-policy AllowAll --address ${pipeline.env['TEMPORAL_ADDRESS']}
`);
  });

  it('can be described, paused, resumed and deleted, and keeps its note', async () => {
    const { scheduleId } = await makeSchedule(pipeline, 'described', '--at', '03:30');
    const described = await schedule('describe', scheduleId, '--json');
    expect(JSON.parse(described.out)).toEqual({
      scheduleId,
      state: 'paused',
      note,
      input: daily,
      overlap: 'ALLOW_ALL',
      catchupWindowMs: 14 * 24 * HOUR_MS,
      runs: 0,
      lastRuns: [],
      nextRuns: expect.arrayContaining([expect.stringMatching(/T03:30:00.000Z$/)]) as unknown,
    });
    expect(await schedule('resume', scheduleId)).toMatchObject({ out: `schedule ${scheduleId}: resumed\n` });
    const words = await schedule('describe', scheduleId);
    expect(words.out).toMatch(
      new RegExp(
        `^${scheduleId}: active\n${note}\ninput ${JSON.stringify(daily)}, overlap ALLOW_ALL, catch-up window 336 h
last runs, of 0:\n {2}none\nnext runs:\n( {2}\\S+T03:30:00.000Z\n){5}$`,
      ),
    );
    const deleted = await schedule('delete', scheduleId, '--json');
    expect(JSON.parse(deleted.out)).toEqual({ scheduleId, state: 'deleted' });
    expectWrongUsage(await schedule('describe', scheduleId), new RegExp(`^InputInvalid: .*${scheduleId}`));
  });

  it('create refuses an existing id, and names it', async () => {
    const { scheduleId } = await makeSchedule(pipeline, 'twice');
    expectWrongUsage(
      await schedule('create', '--id', scheduleId),
      new RegExp(`^InputInvalid: .*${scheduleId}`),
    );
  });

  it.each([
    [['create', '--id', 'none', '--cron', 'every monday'], /^InputInvalid: Temporal refuses/],
    [
      ['create', '--id', 'none', '--cron', 'TZ=Europe/Berlin 30 3 * * *'],
      /^InputInvalid: --cron .*time zone/,
    ],
    [['create', '--id', 'none', '--at', '24:00'], /^InputInvalid: --at "24:00"/],
    [['create', '--id', 'none', '--at', '03:30', '--every-hour'], /^InputInvalid: --cron, --at/],
    [['create', '--id', 'none', '--days-back', '-1'], /^error: option '--days-back/],
    [
      ['create', '--id', 'none', '--from', '2026-01-01T05'],
      /^InputInvalid: a daily schedule exports whole days/,
    ],
    [['create', '--id', 'none', '--from', '2026-01-02', '--to', '2026-01-01'], /^IntervalReversed/],
  ])('%j is wrong usage', async (args, text) => {
    expectWrongUsage(await schedule(...args), text);
  });

  it.each(['describe', 'pause', 'resume', 'trigger', 'delete'])('%s refuses an unknown id', async (verb) => {
    expectWrongUsage(await schedule(verb, 'none'), /^InputInvalid: there is no schedule none; .*create/);
  });
});

describe('a triggered schedule', () => {
  beforeAll(() => pipeline.startWorker(worker));

  it.each([
    ['by the Temporal CLI', (id: string) => temporalCommand(`temporal schedule trigger --schedule-id ${id}`)],
    ['by schedule trigger', (id: string) => schedule('trigger', id)],
  ])('%s exports the day before the present date', async (how, trigger) => {
    const { scheduleId } = await makeSchedule(pipeline, how.replaceAll(' ', '-'), '--reprocess');
    await trigger(scheduleId);
    const [run] = await scheduledRuns(pipeline, scheduleId, 1);
    const nominalMs = Date.parse(run?.at ?? '');
    expect(Math.abs(Date.now() - nominalMs)).toBeLessThan(10 * 60_000);
    const date = hourWindowAt(nominalMs - 24 * HOUR_MS).slice(0, 10);
    expect(run?.progress).toMatchObject({ start: `${date}T00`, end: `${date}T23`, landed: 24 });
  });
});
