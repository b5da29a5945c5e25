import { expect, it } from 'vitest';
import { parseHourWindow } from '../../core/hour-window.ts';
import { addDay, addLostDay, noTotals } from '../../workflows/backfill-progress.ts';
import { ProgressBoard } from '../../workflows/progress.ts';

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

it('hours that others landed between the plan and the day count as landed before', () => {
  const totals = addDay(noTotals(48, 10), 24, dayOf(20));
  expect(totals).toMatchObject({ hours: 44, landedBefore: 14 });
});

it('events of other hours are added up, also with days of a version that did not count them', () => {
  const day = { ...dayOf(24), outsideWindow: 7 };
  const { outsideWindow: _, ...older } = noTotals(72, 0);
  const totals = addDay(addDay(addDay(older, 24, day), 24, dayOfOldVersion()), 24, day);
  expect(totals).toMatchObject({ outsideWindow: 14 });
});

it('a day that ended without a word fails with all its hours, and one reason', () => {
  const reason = { window: start, type: 'RunStopped', message: 'terminated' };
  const totals = addLostDay(noTotals(48, 0), 24, reason);
  expect(totals).toMatchObject({ hours: 48, failed: 24, firstFailed: [reason] });
});
