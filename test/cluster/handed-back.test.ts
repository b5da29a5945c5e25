import { describe, expect, it } from 'vitest';
import { handBacksOf, repeatedInVain, spread, type Leaver } from './handed-back.ts';
import type { ActivityTried, End } from './hour-activities.ts';

const WINDOW = '2026-03-02T05';
const leaver: Leaver = { pid: 7, toldAt: 10_000 };

/** An activity of the hour that the worker with this process id had for some time. */
function tried(type: string, pid: number, from: number, to: number, how: End, attempt = 1): ActivityTried {
  return {
    type,
    window: WINDOW,
    started: { at: from, attempt, worker: `${pid}@host` },
    ended: { at: to, how },
  };
}

/** What was handed back, and the problems, with requests for the hour at these times. */
function judged(activities: readonly ActivityTried[], askedAt: readonly number[], leavers = [leaver]) {
  const requests = askedAt.map((at) => ({ start: WINDOW, at }));
  const handBacks = handBacksOf(activities, requests, leavers);
  return { handBacks, problems: repeatedInVain(activities, requests, handBacks) };
}

const elsewhere = tried('extract', 8, 10_700, 14_000, 'ended well');

describe('an hour that is handed back', () => {
  it('without its files, is taken by another worker, and waits for a slot there', () => {
    const { handBacks, problems } = judged(
      [tried('extract', 7, 9000, 10_200, 'handed back'), elsewhere],
      [12_000],
    );
    expect(handBacks).toEqual([
      {
        window: WINDOW,
        type: 'extract',
        at: 10_200,
        leaver,
        hadBegun: false,
        takenAfterMs: 500,
        waitedForSlotMs: 1300,
      },
    ]);
    expect(problems).toEqual([]);
  });

  it('by a worker that takes it once more, is taken when another one does', () => {
    const first = tried('extract', 7, 9000, 10_200, 'handed back');
    const again = tried('extract', 7, 10_300, 10_400, 'handed back');
    const { handBacks } = judged([first, again, elsewhere], [12_000]);
    expect(handBacks.map(({ takenAfterMs }) => takenAfterMs)).toEqual([500, 300]);
  });

  it('with its files, when its time was over, may be asked for again', () => {
    const parse = tried('parse', 7, 9000, 40_100, 'handed back');
    const late = tried('extract', 8, 41_000, 45_000, 'ended well');
    expect(judged([parse, late], [8000, 42_000]).problems).toEqual([]);
  });
});

describe('a problem is', () => {
  it.each([
    ['a time-out', [tried('parse', 8, 1, 2, 'timed out')], [1], /^parse of 2026-03-02T05 timed out$/],
    ['a failure', [tried('parse', 8, 1, 2, 'failed')], [1], /^parse of 2026-03-02T05 failed$/],
    ['another attempt', [tried('upload', 8, 1, 2, 'ended well', 2)], [1], /upload .* took 2 attempts/],
    [
      'an activity that has not ended',
      [{ type: 'plan', window: undefined, started: undefined, ended: undefined }],
      [],
      /^plan of a run has not ended$/,
    ],
    [
      'an hour whose archive was handed back before its time was over',
      [tried('extract', 7, 9000, 10_500, 'handed back'), elsewhere],
      [9500, 12_000],
      /handed back 0\.5 s after the signal, with its files/,
    ],
    [
      'an hour that was handed back by a worker that was not told to stop',
      [tried('extract', 9, 9000, 10_500, 'handed back'), elsewhere],
      [12_000],
      /a worker that was not told to stop/,
    ],
    [
      'an hour that no other worker took',
      [tried('extract', 7, 9000, 10_500, 'handed back'), tried('extract', 7, 10_600, 10_700, 'ended well')],
      [12_000],
      /^no other worker took 2026-03-02T05$/,
    ],
    [
      'an hour that another worker took too late',
      [tried('extract', 7, 9000, 10_500, 'handed back'), tried('extract', 8, 30_600, 30_700, 'ended well')],
      [30_650],
      /taken only after 20\.1 s/,
    ],
    [
      'an hour that was asked for without need',
      [tried('extract', 7, 9000, 10_200, 'handed back'), elsewhere],
      [11_000, 12_000],
      /asked for 2 times, and handed back 0 times/,
    ],
  ] as const)('%s', (_, activities, askedAt, problem) => {
    expect(judged(activities, askedAt).problems).toEqual([expect.stringMatching(problem)]);
  });
});

it('times are shown by their median and the largest of them', () => {
  expect(spread([9000, 200, 1000])).toBe('1.0 s at the median, 9.0 s at the most');
  expect(spread([])).toBe('-');
});
