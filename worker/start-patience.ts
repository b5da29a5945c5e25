import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@temporalio/worker';
import { TemporalUnreachable } from '../config/temporal.ts';
import { ExportError } from '../core/errors.ts';
import { remedyFor } from '../core/error-types.ts';

/** How long a worker waits at its start for a server that does not answer, in milliseconds. */
export const startPatience = { totalMs: 2 * 60_000, firstPauseMs: 1_000, longestPauseMs: 15_000 } as const;

/** The same durations; tests pass shorter ones. */
export type StartPatience = { readonly [Name in keyof typeof startPatience]: number };

/**
 * Does one step of a worker's start, and retries it while a server does not answer yet. One line of the log says which
 * server.
 * @throws the step's error, at once when it is final, else once the time is over; the signal's reason
 */
export async function retryStep<T>(
  what: string,
  step: () => Promise<T>,
  { signal, logger, patience = startPatience }: RetryOptions,
): Promise<T> {
  const startedAt = performance.now();
  let pauseMs = patience.firstPauseMs;
  for (;;) {
    try {
      return await unlessAborted(step, signal);
    } catch (error) {
      const leftMs = startedAt + patience.totalMs - performance.now();
      if (signal.aborted || !mayPass(error) || leftMs <= 0) throw error;
      if (pauseMs === patience.firstPauseMs) {
        const minutes = patience.totalMs / 60_000;
        const { whatToDo } = remedyFor(error.type);
        logger.warn(`waiting for ${what}, for at most ${minutes} minutes`, { reason: error, whatToDo });
      }
      await sleep(Math.min(pauseMs, leftMs), undefined, { signal });
      pauseMs = Math.min(pauseMs * 2, patience.longestPauseMs);
    }
  }
}

/** What a retried step needs: the signal that ends its waits, and the log. */
export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly patience?: StartPatience;
}

function mayPass(error: unknown): error is ExportError {
  if (error instanceof TemporalUnreachable) return error.isSilent;
  return error instanceof ExportError && remedyFor(error.type).remedy === 'retry';
}

/** A step cannot be ended early. It is enough not to wait for it, because the process ends then. */
async function unlessAborted<T>(step: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: over.signal });
  });
  try {
    return await Promise.race([step(), aborted]);
  } finally {
    over.abort();
  }
}
