import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { pMapIterable } from '../../core/p-map-iterable.ts';

async function collect<R>(results: AsyncIterable<R>): Promise<R[]> {
  const collected: R[] = [];
  for await (const result of results) collected.push(result);
  return collected;
}

describe('working on items in order', () => {
  it('yields the results in the order of the items, whichever ends first', async () => {
    const waits = [30, 1, 20, 5, 0];
    const results = pMapIterable(waits, async (wait) => pause(wait, wait), { concurrency: 3 });
    expect(await collect(results)).toEqual(waits);
  });

  it.each([1, 2, 4, 100])('has no more than %i in progress', async (atOnce) => {
    let inProgress = 0;
    let most = 0;
    const results = pMapIterable(
      Array.from({ length: 20 }).keys(),
      async (item) => {
        inProgress += 1;
        most = Math.max(most, inProgress);
        await pause(1);
        inProgress -= 1;
        return item;
      },
      { concurrency: atOnce },
    );
    expect(await collect(results)).toHaveLength(20);
    expect(most).toBe(Math.min(atOnce, 20));
  });

  it('ends with the first error; later errors do no harm', async () => {
    const results = pMapIterable(
      [1, 2, 3, 4],
      async (item) => {
        if (item > 1) throw new Error(`item ${item}`);
        return item;
      },
      { concurrency: 4 },
    );
    await expect(collect(results)).rejects.toThrow('item 2');
  });

  it('yields nothing for no items', async () => {
    expect(await collect(pMapIterable([], async (item) => item, { concurrency: 3 }))).toEqual([]);
  });
});
