import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { parseInterval } from '../../core/interval.ts';
import { startVerb } from '../support/command-line.ts';
import { hoursOfDay, openPipeline, type Pipeline } from '../support/pipeline.ts';
import { expectWholeHours } from '../support/whole-hours.ts';

const interval = parseInterval({ start: '2026-02-28T12', end: '2026-03-01T11' });
const hours = [...hoursOfDay('2026-02-28').slice(12), ...hoursOfDay('2026-03-01').slice(0, 12)];

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline({ busyEvents: 500 });
});

afterAll(() => pipeline.close());

it('a worker killed in the middle of a backfill costs nothing: another one completes it, and nothing lands twice', async () => {
  const ledger = new Ledger(pipeline.bucket, pipeline.prefix);
  const first = await pipeline.startWorker();
  const { start, end } = interval;
  const backfill = startVerb(['backfill', '--from', start, '--to', end], pipeline.env);
  await expect.poll(async () => (await ledger.list(interval)).size, { timeout: 60_000 }).toBeGreaterThan(7);
  first.child.kill('SIGKILL');
  await first.ended;
  const atKill = (await ledger.list(interval)).size;
  expect(atKill).toBeLessThan(24);
  expect(await pipeline.workFiles()).not.toEqual([]);

  await pipeline.startWorker();
  const ended = await backfill.ended;
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.out).toContain('24 of 24 hours landed');
  await expectWholeHours(pipeline, hours);
}, 240_000);
