import type { Info } from '@temporalio/activity';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { rememberServerClock } from '../../worker/server-clock.ts';

const info = {} as Info;
const SERVER_MS = Date.parse('2026-01-01T05:00:00Z');

/** How often the server was asked, and what it says. */
let asked = 0;
let serverMs: number | undefined;
let dateMs = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  asked = 0;
  serverMs = SERVER_MS;
  dateMs = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

async function ask(): Promise<number | undefined> {
  asked += 1;
  return serverMs;
}

function clock(): (info: Info, begunAt: number) => Promise<number | undefined> {
  return rememberServerClock(ask, () => dateMs);
}

function pass(ms: number): void {
  vi.advanceTimersByTime(ms);
  dateMs += ms;
}

it('the answer for one attempt says when the attempts of the next 30 seconds began', async () => {
  const attemptStartedMs = clock();
  expect(await attemptStartedMs(info, performance.now())).toBe(SERVER_MS);
  pass(29_000);
  expect(await attemptStartedMs(info, performance.now())).toBe(SERVER_MS + 29_000);
  expect(await attemptStartedMs(info, performance.now() - 500)).toBe(SERVER_MS + 28_500);
  expect(asked).toBe(1);
  pass(1_001);
  serverMs = SERVER_MS + 30_005;
  expect(await attemptStartedMs(info, performance.now())).toBe(SERVER_MS + 30_005);
  expect(asked).toBe(2);
});

it.each([3_600_000, -3_600_000])(
  'the server is asked again when the date has jumped by %i ms',
  async (jump) => {
    const attemptStartedMs = clock();
    await attemptStartedMs(info, performance.now());
    pass(100);
    dateMs += jump;
    await attemptStartedMs(info, performance.now());
    expect(asked).toBe(2);
  },
);

it('the answer for an attempt that has waited long is not used for others', async () => {
  const attemptStartedMs = clock();
  const begunAt = performance.now();
  pass(60_000);
  expect(await attemptStartedMs(info, begunAt)).toBe(SERVER_MS);
  await attemptStartedMs(info, performance.now());
  expect(asked).toBe(2);
});

it('a server that does not say is asked each time', async () => {
  const attemptStartedMs = clock();
  serverMs = undefined;
  expect(await attemptStartedMs(info, performance.now())).toBeUndefined();
  expect(await attemptStartedMs(info, performance.now())).toBeUndefined();
  expect(asked).toBe(2);
});
