import { describe, expect, it } from 'vitest';
import { heatmap, marks } from '../../../client/status/heatmap.ts';
import { statusWith } from '../../support/status-with.ts';

const plain = (_: unknown, text: string): string => text;

describe('the heatmap', () => {
  it('has a row for each day and a character for each hour, and leaves out hours outside the interval', () => {
    const landed = ['complete', 'rejected', 'outside window', 'empty'] as const;
    const states = [...landed, 'missing', 'failed', 'unreadable', 'complete'] as const;
    let next = 0;
    const status = statusWith(
      '2026-01-01T19',
      '2026-01-02T04',
      '2026-01-02T02',
      () => states[next++] ?? 'missing',
    );
    expect(heatmap(status, plain).split('\n')).toEqual([
      '            00    06    12    18',
      '2026-01-01                     #!~o.  300 events, 3 rejected, 40 of other hours',
      '2026-01-02  x?#--                     100 events',
    ]);
  });

  it('has another character for each state, and paints it as that state', () => {
    expect(new Set(Object.values(marks)).size).toBe(Object.keys(marks).length);
    const status = statusWith('2026-01-01T00', '2026-01-01T01', '2026-01-01T00', () => 'missing');
    expect(heatmap(status, (state, text) => `<${state} ${text}>`)).toMatch(/ {2}<missing \.><not due ->$/);
  });

  it('joins days that are alike in one row, when there are many', () => {
    const status = statusWith('2026-01-01T00', '2026-03-31T23', '2026-03-10T23', (window) =>
      window === '2026-01-20T05' ? 'missing' : 'complete',
    );
    const upTo = statusWith('2026-01-01T00', '2026-03-31T23', '2026-03-10T23', (window) => {
      if (window > '2026-03-10T23') return 'not due';
      return window === '2026-01-20T05' ? 'missing' : 'complete';
    });
    expect(heatmap(upTo, plain).split('\n').slice(1)).toEqual([
      '2026-01-01 to 2026-01-19  19 days complete  45,600 events',
      '2026-01-20  #####.##################  2,300 events',
      '2026-01-21 to 2026-03-10  49 days complete  117,600 events',
      '2026-03-11 to 2026-03-31  21 days not due',
    ]);
    expect(heatmap(status, plain).split('\n')).toHaveLength(4);
  });

  it('keeps a row for each day when only two are alike, or when there are few days', () => {
    const two = statusWith('2026-01-01T00', '2026-03-31T23', '2026-03-31T23', (window) =>
      window.slice(8, 10) > '02' ? 'complete' : 'missing',
    );
    expect(heatmap(two, plain)).toContain(`2026-03-01  ${'.'.repeat(24)}\n2026-03-02  ${'.'.repeat(24)}\n`);
    const few = statusWith('2026-01-01T00', '2026-03-03T23', '2026-03-31T23', () => 'complete');
    expect(heatmap(few, plain).split('\n')).toHaveLength(1 + 62);
  });
});
