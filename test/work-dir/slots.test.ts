import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slots } from '../../work-dir/slots.ts';

const never = new AbortController().signal;

/** Runs everything that needs only microtasks. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Acquires a slot, and records its name when it has one. */
function taker(slots: Slots, entered: string[]) {
  return (name: string, signal = never): Promise<void> =>
    slots.acquire(signal).then(
      () => void entered.push(name),
      (reason: unknown) => void entered.push(`${name}: ${String(reason)}`),
    );
}

describe('slots', () => {
  it('are acquired at once while any are free', async () => {
    const entered: string[] = [];
    const take = taker(new Slots(2), entered);
    void take('a');
    void take('b');
    void take('c');
    await turn();
    expect(entered).toEqual(['a', 'b']);
  });

  it('are acquired in the order of the calls', async () => {
    const entered: string[] = [];
    const slots = new Slots(1);
    const take = taker(slots, entered);
    for (const name of ['a', 'b', 'c']) void take(name);
    await turn();
    slots.release();
    await turn();
    expect(entered).toEqual(['a', 'b']);
    slots.release();
    await turn();
    expect(entered).toEqual(['a', 'b', 'c']);
  });

  it('are not acquired by a caller that has stopped waiting', async () => {
    const entered: string[] = [];
    const slots = new Slots(1);
    const take = taker(slots, entered);
    const leaving = new AbortController();
    void take('a');
    void take('b', leaving.signal);
    void take('c');
    await turn();
    leaving.abort('left');
    await turn();
    expect(entered).toEqual(['a', 'b: left']);
    slots.release();
    await turn();
    expect(entered).toEqual(['a', 'b: left', 'c']);
  });

  it('stay acquired when the signal aborts later', async () => {
    const entered: string[] = [];
    const slots = new Slots(1);
    const take = taker(slots, entered);
    const staying = new AbortController();
    void take('a');
    void take('b', staying.signal);
    slots.release();
    await turn();
    staying.abort('too late');
    void take('c');
    await turn();
    expect(entered).toEqual(['a', 'b']);
  });

  it('are not acquired with an aborted signal, free or not', async () => {
    const reason = new Error('enough');
    await expect(new Slots(1).acquire(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('leave no listener behind on a long-lived signal', async () => {
    const slots = new Slots(1);
    const { signal } = new AbortController();
    for (let count = 0; count < 3; count += 1) void slots.acquire(signal);
    for (let count = 0; count < 3; count += 1) slots.release();
    await turn();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('are never acquired beyond their number, whatever the order of acquiring, releasing and giving up', async () => {
    const steps = fc.array(fc.constantFrom('come', 'go', 'give up'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), steps, async (total, steps) => {
        const slots = new Slots(total);
        const waiting: AbortController[] = [];
        let inside = 0;
        let outside = 0;
        for (const step of steps) {
          if (step === 'come') {
            const abort = new AbortController();
            waiting.push(abort);
            outside += 1;
            slots.acquire(abort.signal).then(
              () => {
                inside += 1;
                outside -= 1;
                waiting.splice(waiting.indexOf(abort), 1);
              },
              () => (outside -= 1),
            );
          } else if (step === 'go' && inside > 0) {
            inside -= 1;
            slots.release();
          } else if (step === 'give up') {
            waiting.pop()?.abort('gave up');
          }
          await turn();
          expect(inside).toBeLessThanOrEqual(total);
          // No caller waits while a slot is free.
          expect(outside === 0 || inside === total).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
