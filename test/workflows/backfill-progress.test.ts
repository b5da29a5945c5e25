import { expect, it } from 'vitest';
import { parseHourWindow } from '../../core/hour-window.ts';
import { addDay, addLostDay, noTotals } from '../../workflows/backfill-progress.ts';
import { describeProgress, ProgressBoard, type IntervalProgress } from '../../workflows/progress.ts';

const start = parseHourWindow('2026-01-01T00');

function dayOf(hours: number) {
  const board = new ProgressBoard();
  board.planned({ start, end: parseHourWindow('2026-01-01T23') }, hours, 24 - hours);
  return board.read();
}

function dayOfOldVersion() {
  const { outsideWindow: _, ...day } = dayOf(24);
  return day;
}

it('hours that others landed between the plan and the day count as already landed', () => {
  const totals = addDay(noTotals(48, 10), 24, dayOf(20));
  expect(totals).toMatchObject({ hours: 44, alreadyLanded: 14 });
});

it('events of other hours are added up, also with days of a version that did not count them', () => {
  const day = { ...dayOf(24), outsideWindow: 7 };
  const { outsideWindow: _, ...older } = noTotals(72, 0);
  const totals = addDay(addDay(addDay(older, 24, day), 24, dayOfOldVersion()), 24, day);
  expect(totals).toMatchObject({ outsideWindow: 14 });
});

it('a day that ended without a result fails with all its hours, and one reason', () => {
  const reason = { window: start, type: 'RunStopped', message: 'terminated' };
  const totals = addLostDay(noTotals(48, 0), 24, reason);
  expect(totals).toMatchObject({ hours: 48, failed: 24, firstFailed: [reason] });
});

it('an hour that keeps newer data counts as outdated, and not as unchanged', () => {
  const board = new ProgressBoard();
  board.planned({ start, end: start }, 3, 0);
  const hour = {
    status: 'complete',
    revision: 2,
    eventsBefore: null,
    events: 5,
    rejected: 0,
    bytes: 9,
  } as const;
  for (const outcome of ['landed', 'unchanged', 'outdated'] as const)
    board.landed(start, { ...hour, outcome, objects: 2 });
  const day = board.read();
  expect(day).toMatchObject({ landed: 3, unchanged: 1, outdated: 1 });
  expect(describeProgress(day)).toContain('1 hours keep data that was fetched later');
  const totals = addDay(noTotals(3, 0), 3, day);
  expect(totals).toMatchObject({ landed: 3, unchanged: 1, outdated: 1 });
});

it('a day from a worker of an older version has no count of outdated hours', () => {
  const { outdated: _, ...day } = dayOf(24);
  expect(addDay(noTotals(24, 0), 24, day as IntervalProgress)).toMatchObject({ outdated: 0 });
});
