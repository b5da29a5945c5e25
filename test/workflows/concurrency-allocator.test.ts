import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConcurrencyAllocator } from '../../workflows/concurrency-allocator.ts';

function sharesOf(shares: ConcurrencyAllocator): number[] {
  return [...shares.all.values()];
}

describe('the shares of days', () => {
  it('are four hours, until the limit is shared out', () => {
    const shares = new ConcurrencyAllocator(10);
    expect(['a', 'b', 'c'].map((day) => shares.begin(day, 24))).toEqual([4, 4, 2]);
    expect(shares.room).toBe(0);
    shares.end('b');
    expect(sharesOf(shares)).toEqual([4, 4]);
    expect(shares.room).toBe(2);
  });

  it('are no more than a day has hours to do, so that there is room for more days', () => {
    const shares = new ConcurrencyAllocator(8);
    expect([1, 3, 1, 24].map((hours, day) => shares.begin(String(day), hours))).toEqual([1, 3, 1, 3]);
    shares.end('1');
    expect(sharesOf(shares)).toEqual([1, 1, 4]);
    expect(shares.room).toBe(2);
    shares.setLimit(2);
    expect(sharesOf(shares)).toEqual([0, 1, 1]);
    shares.setLimit(20);
    expect(sharesOf(shares)).toEqual([1, 1, 4]);
  });

  it('take in the rest when no other day waits, and no more than a day has hours to do', () => {
    const shares = new ConcurrencyAllocator(30);
    shares.begin('a', 24);
    shares.begin('b', 24);
    shares.begin('c', 6);
    shares.allocateAll();
    expect(sharesOf(shares)).toEqual([12, 12, 6]);
    shares.end('a');
    shares.allocateAll();
    expect(sharesOf(shares)).toEqual([24, 6]);
  });

  it('are for at most 250 days, whatever the limit', () => {
    const shares = new ConcurrencyAllocator(1000);
    for (let day = 1; day <= 250; day += 1) {
      expect(shares.room).toBe(4);
      shares.begin(String(day), 1);
    }
    expect(shares.room).toBe(0);
    shares.end('1');
    expect(shares.room).toBe(4);
  });

  it('shrink with the limit, the largest first, and may come to nothing', () => {
    const shares = new ConcurrencyAllocator(10);
    for (const day of ['a', 'b', 'c']) shares.begin(day, 24);
    shares.setLimit(5);
    expect(sharesOf(shares)).toEqual([1, 2, 2]);
    shares.setLimit(2);
    expect(sharesOf(shares)).toEqual([0, 1, 1]);
    expect(shares.room).toBeLessThanOrEqual(0);
  });

  it('go back to the days under way when the limit is raised again, before another day begins', () => {
    const shares = new ConcurrencyAllocator(8);
    for (const day of ['a', 'b']) shares.begin(day, 24);
    shares.setLimit(1);
    shares.setLimit(8);
    expect(sharesOf(shares)).toEqual([4, 4]);
    expect(shares.room).toBe(0);
  });

  it('leave no day without any for longer than another one takes', () => {
    const shares = new ConcurrencyAllocator(8);
    for (const day of ['a', 'b']) shares.begin(day, 24);
    shares.setLimit(1);
    shares.end('b');
    expect(sharesOf(shares)).toEqual([1]);
  });

  it('never come to more than the limit or than a day has to do, and none is raised while another is lowered', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('limit' as const), limit: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ kind: fc.constant('begin' as const), hours: fc.integer({ min: 1, max: 24 }) }),
      fc.constant({ kind: 'end' as const }),
      fc.constant({ kind: 'rest' as const }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(step, { maxLength: 40 }), (limit, steps) => {
        const shares = new ConcurrencyAllocator(limit);
        const hoursOf = new Map<string, number>();
        for (const [index, taken] of steps.entries()) {
          const before = new Map(shares.all);
          if (taken.kind === 'limit') shares.setLimit(taken.limit);
          else if (taken.kind === 'rest') shares.allocateAll();
          else if (taken.kind === 'end') shares.end(String([...shares.all.keys()][0]));
          else if (shares.room > 0) {
            hoursOf.set(String(index), taken.hours);
            shares.begin(String(index), taken.hours);
          }
          expect(sharesOf(shares).reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(shares.limit);
          for (const [day, share] of shares.all) expect(share).toBeLessThanOrEqual(hoursOf.get(day) ?? 0);
          const moves = [...shares.all].map(([day, share]) => Math.sign(share - (before.get(day) ?? share)));
          expect(new Set(moves.filter((move) => move !== 0)).size).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
