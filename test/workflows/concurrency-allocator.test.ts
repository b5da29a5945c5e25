import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConcurrencyAllocator } from '../../workflows/concurrency-allocator.ts';

function limitsOf(allocator: ConcurrencyAllocator): number[] {
  return [...allocator.limits.values()];
}

describe('the limits of days', () => {
  it('are four hours each, until the total is allocated', () => {
    const allocator = new ConcurrencyAllocator(10);
    expect(['a', 'b', 'c'].map((day) => allocator.add(day, 24))).toEqual([4, 4, 2]);
    expect(allocator.available).toBe(0);
    allocator.remove('b');
    expect(limitsOf(allocator)).toEqual([4, 4]);
    expect(allocator.available).toBe(2);
  });

  it('are no more than a day has hours to do, so that more days fit', () => {
    const allocator = new ConcurrencyAllocator(8);
    expect([1, 3, 1, 24].map((hours, day) => allocator.add(String(day), hours))).toEqual([1, 3, 1, 3]);
    allocator.remove('1');
    expect(limitsOf(allocator)).toEqual([1, 1, 4]);
    expect(allocator.available).toBe(2);
    allocator.setTotal(2);
    expect(limitsOf(allocator)).toEqual([0, 1, 1]);
    allocator.setTotal(20);
    expect(limitsOf(allocator)).toEqual([1, 1, 4]);
  });

  it('grow by all free hours when no other day waits, up to the hours that a day has to do', () => {
    const allocator = new ConcurrencyAllocator(30);
    allocator.add('a', 24);
    allocator.add('b', 24);
    allocator.add('c', 6);
    allocator.allocateAll();
    expect(limitsOf(allocator)).toEqual([12, 12, 6]);
    allocator.remove('a');
    allocator.allocateAll();
    expect(limitsOf(allocator)).toEqual([24, 6]);
  });

  it('are for at most 250 days, whatever the total', () => {
    const allocator = new ConcurrencyAllocator(1000);
    for (let day = 1; day <= 250; day += 1) {
      expect(allocator.available).toBe(4);
      allocator.add(String(day), 1);
    }
    expect(allocator.available).toBe(0);
    allocator.remove('1');
    expect(allocator.available).toBe(4);
  });

  it('shrink with the total, the largest first, down to 0', () => {
    const allocator = new ConcurrencyAllocator(10);
    for (const day of ['a', 'b', 'c']) allocator.add(day, 24);
    allocator.setTotal(5);
    expect(limitsOf(allocator)).toEqual([1, 2, 2]);
    allocator.setTotal(2);
    expect(limitsOf(allocator)).toEqual([0, 1, 1]);
    expect(allocator.available).toBeLessThanOrEqual(0);
  });

  it('grow again with the total before another day begins', () => {
    const allocator = new ConcurrencyAllocator(8);
    for (const day of ['a', 'b']) allocator.add(day, 24);
    allocator.setTotal(1);
    allocator.setTotal(8);
    expect(limitsOf(allocator)).toEqual([4, 4]);
    expect(allocator.available).toBe(0);
  });

  it('leave no day at 0 for longer than another day takes', () => {
    const allocator = new ConcurrencyAllocator(8);
    for (const day of ['a', 'b']) allocator.add(day, 24);
    allocator.setTotal(1);
    allocator.remove('b');
    expect(limitsOf(allocator)).toEqual([1]);
  });

  it('never exceed the total or the hours of a day, and none is raised while another is lowered', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('limit' as const), limit: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ kind: fc.constant('begin' as const), hours: fc.integer({ min: 1, max: 24 }) }),
      fc.constant({ kind: 'end' as const }),
      fc.constant({ kind: 'all' as const }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(step, { maxLength: 40 }), (limit, steps) => {
        const allocator = new ConcurrencyAllocator(limit);
        const hoursOf = new Map<string, number>();
        for (const [index, taken] of steps.entries()) {
          const before = new Map(allocator.limits);
          if (taken.kind === 'limit') allocator.setTotal(taken.limit);
          else if (taken.kind === 'all') allocator.allocateAll();
          else if (taken.kind === 'end') allocator.remove(String([...allocator.limits.keys()][0]));
          else if (allocator.available > 0) {
            hoursOf.set(String(index), taken.hours);
            allocator.add(String(index), taken.hours);
          }
          expect(limitsOf(allocator).reduce((sum, limit) => sum + limit, 0)).toBeLessThanOrEqual(
            allocator.total,
          );
          for (const [day, limit] of allocator.limits)
            expect(limit).toBeLessThanOrEqual(hoursOf.get(day) ?? 0);
          const moves = [...allocator.limits].map(([day, limit]) =>
            Math.sign(limit - (before.get(day) ?? limit)),
          );
          expect(new Set(moves.filter((move) => move !== 0)).size).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
