import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inLanes } from '../../core/in-lanes.ts';

const items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

describe('work in lanes', () => {
  it('gives the results in the order of the items, whichever ends first', async () => {
    const results = await inLanes(items, 3, async (item) => {
      for (let turns = items.length - item; turns > 0; turns -= 1) await turn();
      return item * 2;
    });
    expect(results).toEqual(items.map((item) => item * 2));
  });

  it('has as many under way as it may, and no more', async () => {
    let underWay = 0;
    let most = 0;
    await inLanes(items, 4, async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await turn();
      underWay -= 1;
    });
    expect(most).toBe(4);
  });

  it('begins nothing after a failure, and throws it once nothing is under way', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      if (item === 1) throw new Error('no');
      await turn();
      await turn();
      ended.push(item);
    };
    await expect(inLanes(items, 3, work)).rejects.toThrow('no');
    expect(begun).toEqual([0, 1, 2]);
    expect(ended).toEqual([0, 2]);
  });

  it('does nothing with no items', async () => {
    expect(await inLanes([], 3, async () => 1)).toEqual([]);
  });
});
