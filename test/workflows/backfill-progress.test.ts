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

it('hours that others landed between the plan and the day count as landed before', () => {
  const totals = addDay(noTotals(48, 10), 24, dayOf(20));
  expect(totals).toMatchObject({ hours: 44, landedBefore: 14 });
});

it('a day that ended without a word fails with all its hours, and one reason', () => {
  const reason = { window: start, type: 'RunStopped', message: 'terminated' };
  const totals = addLostDay(noTotals(48, 0), 24, reason);
  expect(totals).toMatchObject({ hours: 48, failed: 24, firstFailed: [reason] });
});
