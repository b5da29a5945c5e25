import { describe, expect, it } from 'vitest';
import { allHourStates } from '../../../client/status/hour-state.ts';
import { landedCount, newestDueHour } from '../../../client/status/ledger-status.ts';
import { HOUR_MS } from '../../../core/hour-window.ts';
import { statusWith } from '../../support/status-with.ts';

describe('the newest due hour', () => {
  it.each([
    ['2026-01-01T08:00:00.000Z', 3, '2026-01-01T05'],
    ['2026-01-01T07:59:59.999Z', 3, '2026-01-01T04'],
    ['2026-01-01T08:59:59.999Z', 3, '2026-01-01T05'],
    ['2026-01-01T00:30:00.000Z', 0.5, '2026-01-01T00'],
    ['2026-01-01T00:00:00.000Z', 0, '2026-01-01T00'],
  ])('at %s, with hours due after %d h, is %s', (now, hours, due) => {
    expect(newestDueHour(Date.parse(now), hours * HOUR_MS)).toBe(due);
  });
});

describe('the status of an interval', () => {
  it('counts hours by state, and sums what landed', () => {
    const states = allHourStates;
    const status = statusWith('2026-01-01T00', '2026-01-01T07', '2026-01-01T06', (window) => {
      return states[Number(window.slice(11))] ?? 'missing';
    });
    expect(status.hours.map(({ state }) => state)).toEqual(states);
    expect(Object.values(status.counts)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect(status).toMatchObject({ events: 300, rejected: 3, outsideWindow: 40, bytes: 3000 });
    expect(landedCount(status)).toBe(4);
  });

  it.each([
    ['all landed', 9, '2026-01-01T09', { newestLanded: '2026-01-01T09', hoursBehind: 0 }],
    ['the last three missing', 6, '2026-01-01T09', { newestLanded: '2026-01-01T06', hoursBehind: 3 }],
    ['nothing landed', -1, '2026-01-01T09', { newestLanded: null, hoursBehind: 10 }],
    ['a due hour after the range', 9, '2026-01-05T00', { newestDue: '2026-01-01T09', hoursBehind: 0 }],
    ['hours landed before they were due', 9, '2026-01-01T02', { newestDue: '2026-01-01T02', hoursBehind: 0 }],
    ['nothing due', -1, '2025-12-31T23', { newestLanded: null, newestDue: null, hoursBehind: 0 }],
  ])('with %s has the freshness that follows', (_, newest, due, freshness) => {
    const status = statusWith('2026-01-01T00', '2026-01-01T09', due, (window) =>
      Number(window.slice(11)) <= newest ? 'complete' : 'missing',
    );
    expect(status.freshness).toMatchObject(freshness);
  });

  it('does not count an old gap as lag, or an unreadable manifest as landed', () => {
    const status = statusWith('2026-01-01T00', '2026-01-01T09', '2026-01-01T09', (window) => {
      if (window === '2026-01-01T09') return 'unreadable';
      return window === '2026-01-01T08' ? 'complete' : 'missing';
    });
    expect(status.freshness).toMatchObject({ newestLanded: '2026-01-01T08', hoursBehind: 1 });
  });
});
