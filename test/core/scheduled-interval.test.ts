import { describe, expect, it } from 'vitest';
import { scheduledInterval } from '../../core/scheduled-interval.ts';

const THREE_HOURS = 3 * 3_600_000;

describe('the interval of a scheduled run', () => {
  it.each([
    ['2026-03-15T03:30:00Z', 1, '2026-03-14'],
    ['2026-03-15T00:00:00Z', 1, '2026-03-14'],
    ['2026-03-15T23:59:59Z', 1, '2026-03-14'],
    ['2026-03-15T03:30:00Z', 0, '2026-03-15'],
    ['2026-03-15T03:30:00Z', 3, '2026-03-12'],
    // The end of a month, of a year, of a leap February, and changes of clocks in local time.
    ['2026-05-01T03:30:00Z', 1, '2026-04-30'],
    ['2026-01-01T03:30:00Z', 1, '2025-12-31'],
    ['2024-03-01T03:30:00Z', 1, '2024-02-29'],
    ['2026-03-01T03:30:00Z', 1, '2026-02-28'],
    ['2026-03-30T03:30:00Z', 1, '2026-03-29'],
    ['2026-10-26T03:30:00Z', 1, '2026-10-25'],
  ])('of a day, nominally at %s and %i days back, is %s', (nominal, daysBack, date) => {
    const interval = scheduledInterval({ period: 'day', daysBack }, Date.parse(nominal), THREE_HOURS);
    expect(interval).toEqual({ start: `${date}T00`, end: `${date}T23` });
  });

  it.each([
    ['2026-03-15T03:00:00Z', '2026-03-15T00'],
    ['2026-03-15T03:59:59.999Z', '2026-03-15T00'],
    ['2026-03-15T04:00:00Z', '2026-03-15T01'],
    ['2026-03-01T01:10:00Z', '2026-02-28T22'],
    ['2024-03-01T02:00:00Z', '2024-02-29T23'],
    ['2026-03-29T04:30:00Z', '2026-03-29T01'],
  ])('of an hour, nominally at %s, is the latest that is due, %s', (nominal, window) => {
    const interval = scheduledInterval({ period: 'hour' }, Date.parse(nominal), THREE_HOURS);
    expect(interval).toEqual({ start: window, end: window });
  });
});
