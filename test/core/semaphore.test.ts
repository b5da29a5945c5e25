import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Semaphore } from '../../core/semaphore.ts';

const never = new AbortController().signal;

/** Runs everything that needs only microtasks. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Acquires the semaphore, and records the caller's name when it has. */
function taker(semaphore: Semaphore, entered: string[]) {
  return (name: string, signal = never): Promise<void> =>
    semaphore.acquire(signal).then(
      () => void entered.push(name),
      (reason: unknown) => void entered.push(`${name}: ${String(reason)}`),
    );
}

describe('a semaphore', () => {
  it('lets as many callers in at once as its total', async () => {
    const entered: string[] = [];
    const take = taker(new Semaphore(2), entered);
    void take('a');
    void take('b');
    void take('c');
    await turn();
    expect(entered).toEqual(['a', 'b']);
  });

  it('lets callers in in the order of their calls', async () => {
    const entered: string[] = [];
    const semaphore = new Semaphore(1);
    const take = taker(semaphore, entered);
    for (const name of ['a', 'b', 'c']) void take(name);
    await turn();
    semaphore.release();
    await turn();
    expect(entered).toEqual(['a', 'b']);
    semaphore.release();
    await turn();
    expect(entered).toEqual(['a', 'b', 'c']);
  });

  it('lets callers with a lower priority key in first, and equal ones in the order of their calls', async () => {
    const entered: string[] = [];
    const semaphore = new Semaphore(1);
    const callers = ['held 1', 'a 4', 'b 4', 'c 2', 'd 4', 'e 2', 'f 3'];
    for (const name of callers) {
      const key = Number(name.split(' ')[1]);
      void semaphore.acquire(never, key).then(() => entered.push(name));
    }
    for (let released = 0; released < callers.length; released += 1) {
      await turn();
      semaphore.release();
    }
    expect(entered).toEqual(['held 1', 'c 2', 'e 2', 'f 3', 'a 4', 'b 4', 'd 4']);
  });

  it('that is closed refuses those that wait, and all that come, with its reason', async () => {
    const entered: string[] = [];
    const semaphore = new Semaphore(1);
    const take = taker(semaphore, entered);
    const leaving = new AbortController();
    for (const name of ['a', 'b']) void take(name, leaving.signal);
    await turn();
    semaphore.close(new Error('closed'));
    void take('c');
    await turn();
    expect(entered.toSorted()).toEqual(['a', 'b: Error: closed', 'c: Error: closed']);
    expect(getEventListeners(leaving.signal, 'abort')).toEqual([]);
    semaphore.release();
  });

  it('passes over a caller that has stopped waiting', async () => {
    const entered: string[] = [];
    const semaphore = new Semaphore(1);
    const take = taker(semaphore, entered);
    const leaving = new AbortController();
    void take('a');
    void take('b', leaving.signal);
    void take('c');
    await turn();
    leaving.abort('left');
    await turn();
    expect(entered).toEqual(['a', 'b: left']);
    semaphore.release();
    await turn();
    expect(entered).toEqual(['a', 'b: left', 'c']);
  });

  it('keeps a caller in when its signal aborts later', async () => {
    const entered: string[] = [];
    const semaphore = new Semaphore(1);
    const take = taker(semaphore, entered);
    const staying = new AbortController();
    void take('a');
    void take('b', staying.signal);
    semaphore.release();
    await turn();
    staying.abort('too late');
    void take('c');
    await turn();
    expect(entered).toEqual(['a', 'b']);
  });

  it('lets nobody in with an aborted signal, free or not', async () => {
    const reason = new Error('enough');
    await expect(new Semaphore(1).acquire(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('leaves no listener behind on a long-lived signal', async () => {
    const semaphore = new Semaphore(1);
    const { signal } = new AbortController();
    for (let count = 0; count < 3; count += 1) void semaphore.acquire(signal);
    for (let count = 0; count < 3; count += 1) semaphore.release();
    await turn();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('never lets more callers in than its total, whatever the order of acquiring, releasing and giving up', async () => {
    const steps = fc.array(fc.constantFrom('come', 'go', 'give up'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), steps, async (total, steps) => {
        const semaphore = new Semaphore(total);
        const waiting: AbortController[] = [];
        let inside = 0;
        let outside = 0;
        for (const step of steps) {
          if (step === 'come') {
            const abort = new AbortController();
            waiting.push(abort);
            outside += 1;
            semaphore.acquire(abort.signal).then(
              () => {
                inside += 1;
                outside -= 1;
                waiting.splice(waiting.indexOf(abort), 1);
              },
              () => (outside -= 1),
            );
          } else if (step === 'go' && inside > 0) {
            inside -= 1;
            semaphore.release();
          } else if (step === 'give up') {
            waiting.pop()?.abort('gave up');
          }
          await turn();
          expect(inside).toBeLessThanOrEqual(total);
          // No caller waits while there is room.
          expect(outside === 0 || inside === total).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
