import type { Info } from '@temporalio/activity';

/** How long one answer is good for, in milliseconds. */
const KNOWN_FOR_MS = 30_000;
/** If the date of this machine and its monotonic clock differ by so much since the answer, the machine slept. */
const CLOCKS_AGREE_MS = 1_000;

/** When an attempt began by the server's clock, in milliseconds since the epoch; undefined when it does not say. */
export type AttemptStarted = (info: Info) => Promise<number | undefined>;

/**
 * Spares the question for most attempts: the server's answer for one attempt says how its clock and the monotonic clock
 * of this process compare, so it answers for the attempts of the next 30 seconds too. The machine's date is used for one
 * thing only: a monotonic clock stands still while a machine sleeps, the date does not.
 * `begunAt` is when an attempt began by `performance.now()`.
 */
export function rememberServerClock(
  attemptStarted: AttemptStarted,
  dateMs: () => number = Date.now,
): (info: Info, begunAt: number) => Promise<number | undefined> {
  let known: { readonly serverMs: number; readonly begunAt: number; readonly dateMs: number } | undefined;
  return async (info, begunAt) => {
    if (known !== undefined) {
      const passedMs = performance.now() - known.begunAt;
      const agree = Math.abs(dateMs() - known.dateMs - passedMs) < CLOCKS_AGREE_MS;
      if (passedMs < KNOWN_FOR_MS && agree) return known.serverMs + begunAt - known.begunAt;
    }
    const serverMs = await attemptStarted(info);
    // The date is that of the beginning: the attempt may have waited since.
    if (serverMs !== undefined)
      known = { serverMs, begunAt, dateMs: dateMs() - (performance.now() - begunAt) };
    return serverMs;
  };
}
