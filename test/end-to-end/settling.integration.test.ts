import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { parseInterval } from '../../core/interval.ts';
import { runVerb } from '../support/command-line.ts';
import { landed, served } from '../support/landed-lines.ts';
import { hoursOfDay, openPipeline, type Pipeline } from '../support/pipeline.ts';
import { deleteSchedules, makeSchedule, scheduledRuns } from '../support/schedules.ts';
import { temporalCommand } from '../support/temporal-command.ts';

const DATE = '2026-03-31';
const hours = hoursOfDay(DATE);
const day = parseInterval({ start: `${DATE}T00`, end: `${DATE}T23` });
const withEvents = hours.slice(4, 8);
const changed = hours.slice(4, 6);

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker({ HOURS_PER_WORKER: '24', HOUR_CONCURRENCY: '24' });
});

afterAll(async () => {
  await deleteSchedules(pipeline);
  await pipeline.close();
});

/** Makes the sample API serve a few hours with events, some of them changed, all repacked, and the other hours empty. */
function serve(changedHours: readonly string[]): void {
  pipeline.api.setFaults([
    ...changedHours.map((window) => `${window}=changed`),
    ...withEvents.map((window) => `${window}=repacked`),
    '*=404',
  ]);
}

it('a settling schedule changes only the hours that have changed at the source, and reports them', async () => {
  const ledger = new Ledger(pipeline.bucket, pipeline.prefix);
  serve([]);
  expect(await runVerb(['run', '--from', DATE, '--to', DATE], pipeline.env)).toMatchObject({ code: 0 });
  const before = await ledger.read(hours);
  const etags = await ledger.list(day);
  const objects = await dataKeys();

  serve(changed);
  const options = ['--days-back', '3', '--reprocess', '--from', DATE, '--to', DATE];
  const { scheduleId, backfill, note } = await makeSchedule(pipeline, 'settling', ...options);
  expect(note).toBe('Exports the day 3 days before, again if it has landed, every day at 03:30 UTC.');
  await temporalCommand(backfill);
  const [run] = await scheduledRuns(pipeline, scheduleId, 1);

  const after = await ledger.read(hours);
  expect(run?.at).toBe('2026-04-03T03:30:00.000Z');
  expect(run?.progress).toMatchObject({ ...day, hours: 24, landed: 24, unchanged: 22, alreadyLanded: 0 });
  expect(run?.progress.changed.toSorted((a, b) => (a.window < b.window ? -1 : 1))).toEqual(
    changed.map((window) => {
      const eventsBefore = before.get(window)?.events ?? 0;
      return { window, revision: 2, eventsBefore, events: eventsBefore + 3 };
    }),
  );
  for (const [window, manifest] of after) {
    const moreEvents = changed.includes(window);
    expect(manifest.revision).toBe(moreEvents ? 2 : 1);
    if (!withEvents.includes(window)) continue;
    expect(await landed(pipeline.bucket, manifest)).toEqual(served(pipeline.sample, window, { moreEvents }));
  }
  const etagsAfter = await ledger.list(day);
  const changedWindows = hours.filter((window) => etagsAfter.get(window)?.etag !== etags.get(window)?.etag);
  expect(changedWindows).toEqual(changed);
  // Objects of unchanged hours stay; objects of changed hours are replaced.
  const stored = await dataKeys();
  expect(stored.filter((key) => !isChanged(key))).toEqual(objects.filter((key) => !isChanged(key)));
  const named = [...after.values()].flatMap(({ outputs }) => outputs.map(({ key }) => key));
  expect(named.toSorted()).toEqual(stored);
});

async function dataKeys(): Promise<string[]> {
  const stored = await pipeline.bucket.list(`${pipeline.prefix}/`);
  return stored
    .map(({ key }) => key)
    .filter((key) => !/\/(logs|manifests|events_list)\//.test(key))
    .toSorted();
}

function isChanged(key: string): boolean {
  return /hour=0[45]\//.test(key);
}
