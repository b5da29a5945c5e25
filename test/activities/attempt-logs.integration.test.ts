import { expect, it } from 'vitest';
import type { HeartbeatDetails } from '../../activities/heartbeat.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { ActivityAttempt } from '../support/activity-worker.ts';
import { openSharedActivityWorker } from '../support/shared-activity-worker.ts';
import { connectS3Through } from '../support/s3.ts';

let takesLogs = true;

const client = connectS3Through(async ({ key }, send) => {
  if (key.includes('/logs/') && !takesLogs) throw new Error('no log is taken');
  return send();
});
const { pipeline, worker } = await openSharedActivityWorker({}, client);

/**
 * Runs one attempt, which may fail. Returns what it passes on to the next one, and what its log says about earlier
 * attempts.
 */
async function attemptAt(
  window: HourWindow,
  attempt: number,
  before: HeartbeatDetails | undefined,
  input: { readonly round: number; readonly lostStep?: 'parse' } = { round: 1 },
) {
  const run = new ActivityAttempt({ attempt, heartbeatDetails: before, activityType: 'extract' });
  await run.run(worker.activities.extract, { window, ...input }).catch(() => undefined);
  const [, hour] = window.split('T');
  const name = input.round === 1 ? `${attempt}` : `${input.round}.${attempt}`;
  const key = `amplitude/logs/dt=2026-04-09/hour=${hour}/test-run-extract-${name}.csv`;
  const rows = (await pipeline.bucket.getText(key))?.text.split('\n') ?? [];
  const earlier = rows.flatMap((row) => /,(attempt,.*)$/.exec(row)?.[1] ?? []);
  return {
    details: run.heartbeats.at(-1),
    earlier: earlier.filter((row) => !row.startsWith('attempt,window')),
  };
}

it('an attempt whose log could not be stored is not logged as killed, and each attempt is logged once', async () => {
  const window = parseHourWindow('2026-04-09T01');
  pipeline.api.setFaults([`${window}=500*1`, `${window}=403*1`, `${window}=500`]);
  takesLogs = false;
  const first = await attemptAt(window, 1, undefined);
  const second = await attemptAt(window, 2, first.details);
  expect([...first.earlier, ...second.earlier]).toEqual([]);
  takesLogs = true;
  // The third was killed: it passed on what it had received.
  const fourth = await attemptAt(window, 4, second.details);
  expect(fourth.earlier).toEqual([
    'attempt,1,,,,,failed,it failed with SourceUnavailable; its log could not be stored,',
    'attempt,2,,,,,failed,it failed with AccessDenied; its log could not be stored,',
    'attempt,3,,,,,killed,it left no log,',
  ]);
  expect((await attemptAt(window, 5, fourth.details)).earlier).toEqual([]);
  takesLogs = false;
  const sixth = await attemptAt(window, 6, fourth.details);
  takesLogs = true;
  expect((await attemptAt(window, 7, sixth.details)).earlier).toEqual([
    'attempt,6,,,,,failed,it failed with SourceUnavailable; its log could not be stored,',
  ]);
});

it('an attempt that ended well, and whose result and log got lost, is not logged as killed', async () => {
  const window = parseHourWindow('2026-04-09T03');
  takesLogs = false;
  const first = await attemptAt(window, 1, undefined);
  takesLogs = true;
  expect((await attemptAt(window, 2, first.details)).earlier).toEqual([
    'attempt,1,,,,,ok,it ended well; its log could not be stored,',
  ]);
});

it('the lost worker of the round before is in the first log that can be stored, and in no other', async () => {
  const window = parseHourWindow('2026-04-09T03');
  const round = { round: 2, lostStep: 'parse' } as const;
  takesLogs = false;
  const first = await attemptAt(window, 1, undefined, round);
  takesLogs = true;
  const lost = 'attempt,parse of round 1,,,,,killed,its worker was lost,';
  expect((await attemptAt(window, 2, first.details, round)).earlier).toContain(lost);
  expect((await attemptAt(window, 3, first.details, round)).earlier).not.toContain(lost);
});
