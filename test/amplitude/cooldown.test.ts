import type { TimerOptions } from 'node:timers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Cooldown } from '../../amplitude/cooldown.ts';

// The wait itself uses Node's timers, which no fake clock moves: what they are asked for is what counts.
const slept: number[] = [];
let now = 0;

vi.mock(import('node:timers/promises'), async (original) => ({
  ...(await original()),
  setTimeout: async <T>(ms?: number, value?: T, options?: TimerOptions): Promise<T> => {
    options?.signal?.throwIfAborted();
    slept.push(ms ?? 0);
    now += ms ?? 0;
    onSleep();
    options?.signal?.throwIfAborted();
    return value as T;
  },
}));

let onSleep = (): void => undefined;
const never = new AbortController().signal;

beforeEach(() => {
  slept.length = 0;
  now = 1000;
  onSleep = () => undefined;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

afterEach(() => vi.restoreAllMocks());

describe('a cooldown', () => {
  it('lets everybody pass when there is none', async () => {
    await new Cooldown().wait(never);
    expect(slept).toEqual([]);
  });

  it('is waited for to its end', async () => {
    const cooldown = new Cooldown();
    cooldown.start(500);
    expect(cooldown.isOver).toBe(false);
    await cooldown.wait(never);
    expect(cooldown.isOver).toBe(true);
    expect(now).toBe(1500);
  });

  it('is over when its time has passed', async () => {
    const cooldown = new Cooldown();
    cooldown.start(500);
    now += 500;
    await cooldown.wait(never);
    expect(slept).toEqual([]);
  });

  it('is extended by a longer one, while somebody waits too, and not cut by a shorter one', async () => {
    const cooldown = new Cooldown();
    cooldown.start(500);
    cooldown.start(100);
    onSleep = () => {
      onSleep = () => undefined;
      cooldown.start(300);
    };
    await cooldown.wait(never);
    expect(now).toBe(1800);
  });

  it('of no time is none', async () => {
    const cooldown = new Cooldown();
    cooldown.start(0);
    await cooldown.wait(never);
    expect(slept).toEqual([]);
  });

  it('ends for one whose signal aborts, with the signal’s reason', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const cooldown = new Cooldown();
    cooldown.start(500);
    onSleep = () => abort.abort(reason);
    await expect(cooldown.wait(abort.signal)).rejects.toBe(reason);
  });
});
