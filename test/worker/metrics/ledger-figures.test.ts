import { describe, expect, it } from 'vitest';
import {
  HOUR_MS,
  hourStartMs,
  hourWindowAt,
  parseHourWindow,
  type HourWindow,
} from '../../../core/hour-window.ts';
import {
  comparedHours,
  freshnessSeconds,
  ledgerFigures,
  listedInterval,
  newestDueAt,
} from '../../../worker/metrics/ledger-figures.ts';

const DUE = parseHourWindow('2026-03-31T10');
const before = (hours: number): HourWindow => hourWindowAt(hourStartMs(DUE) - hours * HOUR_MS);
const weeksBefore = (weeks: number): HourWindow => before(weeks * 168);
const figures = (events: Readonly<Record<string, number>>) => {
  const counted = new Map(Object.entries(events).map(([text, count]) => [parseHourWindow(text), count]));
  return ledgerFigures(DUE, new Set(counted.keys()), counted);
};

/** An hour that has no event and usually has 1,000, so many hours before the newest due one. */
const scarce = (hours: number): Record<string, number> => ({
  [before(hours)]: 0,
  [before(hours + 168)]: 1000,
  [before(hours + 336)]: 1000,
});

describe('the hours that are read', () => {
  it('are 35 days, up to the newest due hour', () => {
    expect(newestDueAt(Date.parse('2026-03-31T13:59:59Z'), 3 * HOUR_MS)).toBe(DUE);
    expect(listedInterval(DUE)).toEqual({ start: '2026-02-24T11', end: DUE });
  });

  it('are compared a day long, each with four hours before it', () => {
    const compared = comparedHours(DUE);
    expect(compared).toHaveLength(24 * 5);
    expect(compared.every((window) => window >= listedInterval(DUE).start)).toBe(true);
  });
});

describe('missing hours', () => {
  it('are those between the first landed hour and the newest due one', () => {
    const landed = new Set([before(9), before(8), before(5), before(0)]);
    expect(ledgerFigures(DUE, landed, new Map())).toMatchObject({
      missingHours: 6,
      gapHours: 6,
      newestLanded: DUE,
    });
  });

  it('are none when nothing has landed', () => {
    expect(ledgerFigures(DUE, new Set(), new Map())).toEqual({
      newestLanded: undefined,
      missingHours: 0,
      gapHours: 0,
      scarceHours: 0,
    });
  });

  it('do not become fewer by an hour that landed before it was due', () => {
    const landed = new Set([before(2), before(-1)]);
    expect(ledgerFigures(DUE, landed, new Map())).toMatchObject({
      missingHours: 2,
      gapHours: 0,
      newestLanded: before(2),
    });
  });
});

describe('freshness', () => {
  it('is the distance of two hours in seconds', () => {
    expect(freshnessSeconds(DUE, before(3))).toBe(3 * 3600);
    expect(freshnessSeconds(DUE, DUE)).toBe(0);
    expect(freshnessSeconds(before(1), DUE)).toBe(0);
  });

  it('is 35 days when nothing has landed', () => {
    expect(freshnessSeconds(DUE, undefined)).toBe(35 * 24 * 3600);
  });
});

describe('a scarce hour', () => {
  it('has less than a tenth of the median of the weeks before', () => {
    const weeks = {
      [weeksBefore(1)]: 1000,
      [weeksBefore(2)]: 9,
      [weeksBefore(3)]: 1200,
      [weeksBefore(4)]: 800,
    };
    // The median is 900.
    expect(figures({ ...weeks, [DUE]: 89 }).scarceHours).toBe(1);
    expect(figures({ ...weeks, [DUE]: 90 }).scarceHours).toBe(0);
    expect(figures(weeks).scarceHours).toBe(0);
  });

  it('is compared with two weeks at least', () => {
    expect(figures({ [DUE]: 0, [weeksBefore(1)]: 1000 }).scarceHours).toBe(0);
    expect(figures({ [DUE]: 0, [weeksBefore(1)]: 1000, [weeksBefore(4)]: 1000 }).scarceHours).toBe(1);
  });

  it('is no hour that usually has less than 100 events', () => {
    expect(figures({ [DUE]: 0, [weeksBefore(1)]: 99, [weeksBefore(2)]: 99 }).scarceHours).toBe(0);
    expect(figures({ [DUE]: 0, [weeksBefore(1)]: 100, [weeksBefore(2)]: 100 }).scarceHours).toBe(1);
  });

  it('is one of the last 24 due hours', () => {
    expect(figures({ ...scarce(0), ...scarce(23), ...scarce(24) }).scarceHours).toBe(2);
  });
});
