import { describe, expect, it } from 'vitest';
import { isMet, median, medianFigure } from '../../../bench/support/figures.ts';

describe('a figure', () => {
  const figure = { what: 'a', unit: 'MiB', runs: 1 };

  it.each([
    [{ atMost: 300 }, 299.9, true],
    [{ atMost: 300 }, 300, true],
    [{ atMost: 300 }, 300.1, false],
    [{ atLeast: 0.55 }, 0.56, true],
    [{ atLeast: 0.55 }, 0.55, true],
    [{ atLeast: 0.55 }, 0.54, false],
    [{ atMost: 300 }, Number.NaN, false],
    [{ atLeast: 0.55 }, Number.NaN, false],
  ])('with the limit %j and the value %d: met is %s', (limit, value, met) => {
    expect(isMet({ ...figure, value, limit })).toBe(met);
  });

  it('without a limit is neither met nor not', () => {
    expect(isMet({ ...figure, value: 1 })).toBeUndefined();
  });

  it('of several runs is their median', () => {
    expect(medianFigure('a', 's', [9, 1, 2], { note: 'n' })).toEqual({
      what: 'a',
      unit: 's',
      value: 2,
      runs: 3,
      note: 'n',
    });
  });
});

describe('the median', () => {
  it.each([
    [[5], 5],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[], Number.NaN],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});
