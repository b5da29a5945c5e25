import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Shares } from '../../workflows/shares.ts';

function sharesOf(shares: Shares): number[] {
  return [...shares.all.values()];
}

describe('the shares of days', () => {
  it('are four hours, until the limit is shared out', () => {
    const shares = new Shares(10);
    expect([shares.begin('a'), shares.begin('b'), shares.begin('c')]).toEqual([4, 4, 2]);
    expect(shares.room).toBe(0);
    shares.end('b');
    expect(sharesOf(shares)).toEqual([4, 4]);
    expect(shares.room).toBe(2);
  });

  it('take in the rest when no other day waits, and no more than a day has hours', () => {
    const shares = new Shares(40);
    shares.begin('a');
    shares.begin('b');
    shares.giveRest();
    expect(sharesOf(shares)).toEqual([20, 20]);
    shares.end('a');
    shares.giveRest();
    expect(sharesOf(shares)).toEqual([24]);
  });

  it('shrink with the limit, the largest first, and may come to nothing', () => {
    const shares = new Shares(10);
    for (const day of ['a', 'b', 'c']) shares.begin(day);
    shares.setLimit(5);
    expect(sharesOf(shares)).toEqual([1, 2, 2]);
    shares.setLimit(2);
    expect(sharesOf(shares)).toEqual([0, 1, 1]);
    expect(shares.room).toBeLessThanOrEqual(0);
  });

  it('go back to the days under way when the limit is raised again, before another day begins', () => {
    const shares = new Shares(8);
    for (const day of ['a', 'b']) shares.begin(day);
    shares.setLimit(1);
    shares.setLimit(8);
    expect(sharesOf(shares)).toEqual([4, 4]);
    expect(shares.room).toBe(0);
  });

  it('leave no day without any for longer than another one takes', () => {
    const shares = new Shares(8);
    for (const day of ['a', 'b']) shares.begin(day);
    shares.setLimit(1);
    shares.end('b');
    expect(sharesOf(shares)).toEqual([1]);
  });

  it('never come to more than the limit, whatever happens, and none is raised while another is lowered', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('limit' as const), limit: fc.integer({ min: 1, max: 60 }) }),
      fc.constant({ kind: 'begin' as const }),
      fc.constant({ kind: 'end' as const }),
      fc.constant({ kind: 'rest' as const }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(step, { maxLength: 40 }), (limit, steps) => {
        const shares = new Shares(limit);
        for (const [index, taken] of steps.entries()) {
          const before = new Map(shares.all);
          if (taken.kind === 'limit') shares.setLimit(taken.limit);
          else if (taken.kind === 'rest') shares.giveRest();
          else if (taken.kind === 'begin' && shares.room > 0) shares.begin(String(index));
          else if (taken.kind === 'end') shares.end(String([...shares.all.keys()][0]));
          expect(sharesOf(shares).reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(shares.limit);
          const moves = [...shares.all].map(([day, share]) => Math.sign(share - (before.get(day) ?? share)));
          expect(new Set(moves.filter((move) => move !== 0)).size).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
