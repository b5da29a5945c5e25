import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Places } from '../../host/places.ts';

const never = new AbortController().signal;

/** Lets everything go on that needs no more than microtasks. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Takes a place, and says so by name when it has one. */
function taker(places: Places, entered: string[]) {
  return (name: string, signal = never): Promise<void> =>
    places.take(signal).then(
      () => void entered.push(name),
      (reason: unknown) => void entered.push(`${name}: ${String(reason)}`),
    );
}

describe('places', () => {
  it('are given at once while there are any', async () => {
    const entered: string[] = [];
    const take = taker(new Places(2), entered);
    void take('a');
    void take('b');
    void take('c');
    await settle();
    expect(entered).toEqual(['a', 'b']);
  });

  it('are given first come, first served', async () => {
    const entered: string[] = [];
    const places = new Places(1);
    const take = taker(places, entered);
    for (const name of ['a', 'b', 'c']) void take(name);
    await settle();
    places.giveBack();
    await settle();
    expect(entered).toEqual(['a', 'b']);
    places.giveBack();
    await settle();
    expect(entered).toEqual(['a', 'b', 'c']);
  });

  it('are not given to one who has left the queue', async () => {
    const entered: string[] = [];
    const places = new Places(1);
    const take = taker(places, entered);
    const leaving = new AbortController();
    void take('a');
    void take('b', leaving.signal);
    void take('c');
    await settle();
    leaving.abort('left');
    await settle();
    expect(entered).toEqual(['a', 'b: left']);
    places.giveBack();
    await settle();
    expect(entered).toEqual(['a', 'b: left', 'c']);
  });

  it('stay taken when the signal aborts later', async () => {
    const entered: string[] = [];
    const places = new Places(1);
    const take = taker(places, entered);
    const staying = new AbortController();
    void take('a');
    void take('b', staying.signal);
    places.giveBack();
    await settle();
    staying.abort('too late');
    void take('c');
    await settle();
    expect(entered).toEqual(['a', 'b']);
  });

  it('are not given under a signal that has aborted, free or not', async () => {
    const reason = new Error('enough');
    await expect(new Places(1).take(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('leave no listener behind on a signal that lives long', async () => {
    const places = new Places(1);
    const { signal } = new AbortController();
    for (let count = 0; count < 3; count += 1) void places.take(signal);
    for (let count = 0; count < 3; count += 1) places.giveBack();
    await settle();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('are never more than there are, whoever comes, goes or gives up', async () => {
    const steps = fc.array(fc.constantFrom('come', 'go', 'give up'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), steps, async (total, steps) => {
        const places = new Places(total);
        const waiting: AbortController[] = [];
        let inside = 0;
        let outside = 0;
        for (const step of steps) {
          if (step === 'come') {
            const abort = new AbortController();
            waiting.push(abort);
            outside += 1;
            places.take(abort.signal).then(
              () => {
                inside += 1;
                outside -= 1;
                waiting.splice(waiting.indexOf(abort), 1);
              },
              () => (outside -= 1),
            );
          } else if (step === 'go' && inside > 0) {
            inside -= 1;
            places.giveBack();
          } else if (step === 'give up') {
            waiting.pop()?.abort('gave up');
          }
          await settle();
          expect(inside).toBeLessThanOrEqual(total);
          // Nobody waits while a place is free.
          expect(outside === 0 || inside === total).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
