import { describe, expect, it } from 'vitest';
import { WindowInvalid } from '../../core/hour-window.ts';
import {
  daysOf,
  hourCount,
  hoursOf,
  IntervalMissing,
  IntervalReversed,
  IntervalTooLong,
  MAX_INTERVAL_HOURS,
  parseInterval,
  piecesOf,
  refuseLongInterval,
} from '../../core/interval.ts';

function hours(start: string, end: string): string[] {
  return hoursOf(parseInterval({ start, end }));
}

describe('an interval', () => {
  it('includes both of its ends', () => {
    expect(hours('2026-01-01T05', '2026-01-01T07')).toEqual([
      '2026-01-01T05',
      '2026-01-01T06',
      '2026-01-01T07',
    ]);
  });

  it('of one hour starts and ends with it', () => {
    expect(hours('2026-01-01T05', '2026-01-01T05')).toEqual(['2026-01-01T05']);
  });

  it.each([
    ['the end of a year', '2025-12-31T23', '2026-01-01T00'],
    ['the end of a month of 30 days', '2026-04-30T23', '2026-05-01T00'],
    ['the end of February', '2026-02-28T23', '2026-03-01T00'],
    ['the beginning of a leap day', '2024-02-28T23', '2024-02-29T00'],
    ['the end of a leap day', '2024-02-29T23', '2024-03-01T00'],
    ['a change of clocks in local time', '2026-03-29T01', '2026-03-29T02'],
  ])('goes across %s', (_name, start, end) => {
    expect(hours(start, end)).toEqual([start, end]);
  });

  it('of a day has 24 hours, in order, each once', () => {
    const day = hours('2026-03-29T00', '2026-03-29T23');
    expect(day).toHaveLength(24);
    expect([...new Set(day)].sort()).toEqual(day);
  });

  it('of one run has at most a week', () => {
    expect(hours('2026-01-01T00', '2026-01-07T23')).toHaveLength(MAX_INTERVAL_HOURS);
    const week = parseInterval({ start: '2026-01-01T00', end: '2026-01-07T23' });
    expect(() => refuseLongInterval(week)).not.toThrow();
    const longer = parseInterval({ start: '2026-01-01T00', end: '2026-01-08T00' });
    expect(() => refuseLongInterval(longer)).toThrow(IntervalTooLong);
    expect(() => refuseLongInterval(longer)).toThrow(/169 hours.*168.*backfill/);
  });

  it('of a year has all of its hours', () => {
    const year = parseInterval({ start: '2024-01-01T00', end: '2024-12-31T23' });
    expect(hourCount(year)).toBe(366 * 24);
    expect(hoursOf(year)).toHaveLength(366 * 24);
    expect(daysOf(year)).toHaveLength(366);
  });

  it('is cut at the ends of days', () => {
    expect(daysOf(parseInterval({ start: '2024-02-28T22', end: '2024-03-01T05' }))).toEqual([
      { start: '2024-02-28T22', end: '2024-02-28T23' },
      { start: '2024-02-29T00', end: '2024-02-29T23' },
      { start: '2024-03-01T00', end: '2024-03-01T05' },
    ]);
    const hour = parseInterval({ start: '2026-01-01T05', end: '2026-01-01T05' });
    expect(daysOf(hour)).toEqual([hour]);
  });

  it('is cut into pieces of equal length, but for the last one', () => {
    const interval = parseInterval({ start: '2024-02-28T22', end: '2024-02-29T04' });
    expect([...piecesOf(interval, 3)]).toEqual([
      { start: '2024-02-28T22', end: '2024-02-29T00' },
      { start: '2024-02-29T01', end: '2024-02-29T03' },
      { start: '2024-02-29T04', end: '2024-02-29T04' },
    ]);
    expect([...piecesOf(interval, 7)]).toEqual([interval]);
    expect([...piecesOf(interval, 168)]).toEqual([interval]);
  });

  it.each([[undefined], [{}], [{ start: '2026-01-01T05' }], [{ end: '2026-01-01T05' }]])(
    'is missing from %j',
    (input) => {
      expect(() => parseInterval(input)).toThrow(IntervalMissing);
      expect(() => parseInterval(input)).toThrow(/"start".*"end"/);
    },
  );

  it('that ends before it starts is refused', () => {
    const reversed = { start: '2026-01-01T06', end: '2026-01-01T05' };
    expect(() => parseInterval(reversed)).toThrow(IntervalReversed);
    expect(() => parseInterval(reversed)).toThrow(/2026-01-01T05.*2026-01-01T06/);
  });

  it.each([
    { start: 'yesterday', end: '2026-01-01T05' },
    { start: '2026-01-01T05', end: null },
    { start: 5, end: 6 },
  ])('has hour windows for ends: not %j', (input) => {
    expect(() => parseInterval(input)).toThrow(WindowInvalid);
  });
});
