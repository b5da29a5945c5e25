import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { pMap } from '../../core/p-map.ts';

const items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

describe('work in lanes', () => {
  it('returns the results in the order of the items, whichever ends first', async () => {
    const results = await pMap(
      items,
      async (item) => {
        for (let turns = items.length - item; turns > 0; turns -= 1) await turn();
        return item * 2;
      },
      { concurrency: 3 },
    );
    expect(results).toEqual(items.map((item) => item * 2));
  });

  it('has no more in progress than allowed', async () => {
    let inProgress = 0;
    let most = 0;
    await pMap(
      items,
      async () => {
        inProgress += 1;
        most = Math.max(most, inProgress);
        await turn();
        inProgress -= 1;
      },
      { concurrency: 4 },
    );
    expect(most).toBe(4);
  });

  it('begins nothing after a failure, and throws it when nothing is in progress', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      if (item === 1) throw new Error('no');
      await turn();
      await turn();
      ended.push(item);
    };
    await expect(pMap(items, work, { concurrency: 3 })).rejects.toThrow('no');
    expect(begun).toEqual([0, 1, 2]);
    expect(ended).toEqual([0, 2]);
  });

  it('does nothing with no items', async () => {
    expect(await pMap([], async () => 1, { concurrency: 3 })).toEqual([]);
  });
});
