import type { Info } from '@temporalio/activity';
import { remedyFor } from '../core/error-types.ts';
import { ExportError, messageOf } from '../core/errors.ts';
import { RetriesExhausted } from './failure.ts';

/** What one attempt leaves to the next, with its heartbeats. */
export interface RetryDetails {
  /** Server time of the first retry, in milliseconds since the epoch. */
  readonly retryingSinceMs?: number;
  /** How long the retries have waited for a place, in milliseconds: that is not counted against them. */
  readonly waitedMs?: number;
}

/**
 * Bounds how long an activity is retried. The time runs from its first retry, by the server's clock, and what it needs
 * travels from attempt to attempt with the heartbeats. Waiting for a place is no retrying, so it does not count.
 */
export class RetryClock {
  readonly #nowMs: number;
  readonly #sinceMs: number | undefined;
  #waitedMs: number;
  #waitingSince: number | undefined;

  constructor(info: Info) {
    const told: unknown = info.heartbeatDetails;
    this.#nowMs = info.currentAttemptScheduledTimestampMs;
    this.#sinceMs = info.attempt === 1 ? undefined : (numberIn(told, 'retryingSinceMs') ?? this.#nowMs);
    this.#waitedMs = numberIn(told, 'waitedMs') ?? 0;
  }

  /** What the next attempt has to know, should this one end now. */
  get details(): RetryDetails {
    if (this.#sinceMs === undefined) return {};
    const waitingMs = this.#waitingSince === undefined ? 0 : performance.now() - this.#waitingSince;
    return { retryingSinceMs: this.#sinceMs, waitedMs: this.#waitedMs + Math.round(waitingMs) };
  }

  /** Leaves the time that this takes out of account. */
  async outOfAccount<T>(wait: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    this.#waitingSince = startedAt;
    try {
      return await wait();
    } finally {
      this.#waitingSince = undefined;
      this.#waitedMs += Math.round(performance.now() - startedAt);
    }
  }

  /** An error that asks for a retry becomes RetriesExhausted once the time, in milliseconds, is up. */
  bound(error: unknown, boundMs: number): unknown {
    if (this.#sinceMs === undefined || this.#nowMs - this.#sinceMs - this.#waitedMs < boundMs) return error;
    if (error instanceof ExportError && remedyFor(error.type).remedy !== 'retry') return error;
    const type = error instanceof ExportError ? `${error.type}: ` : '';
    return new RetriesExhausted(
      `gave up after ${Number((boundMs / 60_000).toFixed(1))} minutes of retries (HOUR_RETRY_FOR); the last one failed with ${type}${messageOf(error)}`,
    );
  }
}

function numberIn(details: unknown, name: keyof RetryDetails): number | undefined {
  if (typeof details !== 'object' || details === null) return undefined;
  const value = (details as Record<string, unknown>)[name];
  return typeof value === 'number' ? value : undefined;
}
