import { describe, expect, it } from 'vitest';
import {
  hourConcurrencyProblem,
  readBackfillInput,
  readExportInput,
  type BackfillInput,
} from '../../workflows/inputs.ts';

const interval = { start: '2026-01-01T00', end: '2026-01-01T23' };
const nominalMs = Date.parse('2026-03-01T03:30:00Z');

describe('the input of a run', () => {
  it.each([
    [interval, { interval, select: 'missing' }],
    [
      { ...interval, reprocess: false },
      { interval, select: 'missing' },
    ],
    [
      { ...interval, reprocess: true },
      { interval, select: 'all' },
    ],
    [
      { ...interval, reprocess: 'rejected' as const },
      { interval, select: 'rejected' },
    ],
    [
      { ...interval, reprocess: 'outputs' as const },
      { interval, select: 'outputs' },
    ],
    [
      { ...interval, reprocess: 'force' as const },
      { interval, select: 'all' },
    ],
    [{ period: 'day' as const }, { scheduled: { period: 'day', daysBack: 1 }, nominalMs, select: 'missing' }],
    [{ period: 'day' as const, daysBack: 0 }, { scheduled: { period: 'day', daysBack: 0 } }],
    [
      { period: 'day' as const, daysBack: 3, reprocess: true },
      { scheduled: { daysBack: 3 }, select: 'all' },
    ],
    [{ period: 'hour' as const }, { scheduled: { period: 'hour' }, nominalMs, select: 'missing' }],
  ])('%j says what to plan', (input, planned) => {
    expect(readExportInput(input, nominalMs)).toMatchObject(planned);
  });

  it.each([
    [undefined, 'IntervalMissing'],
    [{}, 'IntervalMissing'],
    [{ start: '2026-01-01T00' }, 'IntervalMissing'],
    [{ start: '2026-01-01T24', end: '2026-01-02T00' }, 'WindowInvalid'],
    [{ start: '2026-01-02T00', end: '2026-01-01T00' }, 'IntervalReversed'],
    [{ start: '2026-01-01T00', end: '2026-01-08T00' }, 'IntervalTooLong'],
    [{ ...interval, hourConcurrency: 0 }, 'InputInvalid'],
    [{ ...interval, hourConcurrency: Number.NaN }, 'InputInvalid'],
    [{ ...interval, hourConcurrency: null }, 'InputInvalid'],
    [{ ...interval, reprocess: 'false' }, 'InputInvalid'],
    [{ ...interval, period: 'day' }, 'InputInvalid'],
    [{ period: 'week' }, 'InputInvalid'],
    [{ period: 'day', daysBack: -1 }, 'InputInvalid'],
    [{ period: 'day', daysBack: 1.5 }, 'InputInvalid'],
    [{ period: 'hour', daysBack: 1 }, 'InputInvalid'],
  ])('%j is refused: %s', (input, type) => {
    expect(() => readExportInput(input as never, nominalMs)).toThrow(
      expect.objectContaining({ type }) as Error,
    );
  });

  it('needs a schedule’s nominal time for a period', () => {
    expect(() => readExportInput({ period: 'day' }, undefined)).toThrow(/trigger the schedule/);
  });
});

describe('the input of a backfill', () => {
  const input: BackfillInput = { ...interval, mode: 'missing', concurrency: 8 };

  it.each([
    ['missing' as const, false],
    ['rejected' as const, 'rejected'],
    ['outputs' as const, 'outputs'],
    ['all' as const, true],
  ])('with the mode %s has its days reprocess %j', (mode, reprocess) => {
    const expected = { interval, mode, reprocess, concurrency: 8, newestFirst: false };
    expect(readBackfillInput({ ...input, mode })).toEqual(expected);
  });

  it.each([
    [undefined, 'IntervalMissing'],
    [{ ...input, end: '2025-01-01T00' }, 'IntervalReversed'],
    [{ ...input, end: '2056-01-01T00' }, 'IntervalTooLong'],
    [{ ...input, mode: 'some' }, 'InputInvalid'],
    [{ ...input, concurrency: 0 }, 'InputInvalid'],
    [{ ...input, concurrency: 1001 }, 'InputInvalid'],
    [{ ...input, concurrency: '8' }, 'InputInvalid'],
    [{ ...input, newestFirst: 'yes' }, 'InputInvalid'],
    [{ ...input, carried: { concurrency: null } }, 'InputInvalid'],
    [{ ...input, carried: { concurrency: -1 } }, 'InputInvalid'],
  ])('%j is refused: %s', (given, type) => {
    expect(() => readBackfillInput(given as never)).toThrow(expect.objectContaining({ type }) as Error);
  });
});

describe('the hours in flight that a signal sets', () => {
  it.each([0, 1, 8, 1e9])('may be %j', (value) => {
    expect(hourConcurrencyProblem(value)).toBeUndefined();
  });

  it.each([Number.NaN, -1, 1.5, Infinity, null, undefined, '8', [8], {}])('may not be %j', (value) => {
    expect(hourConcurrencyProblem(value)).toContain('not a number of hours');
  });
});
