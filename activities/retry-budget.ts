import type { Info } from '@temporalio/activity';
import { remedyFor } from '../core/error-types.ts';
import { ExportError, messageOf } from '../core/errors.ts';
import { LAST_FAILURE } from '../core/what-to-do.ts';
import { delayOf, RetriesExhausted } from './failure.ts';

/** What one attempt leaves to the next, with its heartbeats; lengths of time in milliseconds. */
export interface RetryDetails {
  /** Server time of the first retry, in milliseconds since the epoch. */
  readonly retryingSinceMs?: number;
  /** How long the retries have waited for a slot, or for the hour to be due: that ends by itself. */
  readonly waitedMs?: number;
  /** How long the retries have waited because the source asked for it. */
  readonly askedMs?: number;
}

/** Whose a wait is: `ours` (for a slot, or for the hour to be due), or `asked` by the source. */
export type Wait = 'ours' | 'asked';

/** A day: the longest that a quota lasts. A source that asks for more has no end to it. */
const MOST_ASKED_MS = 24 * 3_600_000;

/**
 * How long an activity may be retried. The time runs from its first retry, by the server's clock, and travels from
 * attempt to attempt with the heartbeats. Excluded are the wait for a slot, the wait until the hour is due, and what the
 * source asks to wait, within an attempt or between two, up to a day in all.
 * Why Temporal's own timeouts will not do: docs/decisions/0006-retry-budget.md.
 */
export class RetryBudget {
  readonly #nowMs: number;
  readonly #sinceMs: number | undefined;
  readonly #sumsMs: Record<Wait, number>;
  #waiting: { readonly whose: Wait; readonly startedAt: number } | undefined;

  constructor(info: Info) {
    const told: unknown = info.heartbeatDetails;
    this.#nowMs = info.currentAttemptScheduledTimestampMs;
    this.#sinceMs = info.attempt === 1 ? undefined : (numberIn(told, 'retryingSinceMs') ?? this.#nowMs);
    this.#sumsMs = { ours: numberIn(told, 'waitedMs') ?? 0, asked: numberIn(told, 'askedMs') ?? 0 };
  }

  /** What the next attempt has to know, should this one end now. */
  get details(): RetryDetails {
    if (this.#sinceMs === undefined) return {};
    return {
      retryingSinceMs: this.#sinceMs,
      waitedMs: this.#waitedMs('ours'),
      askedMs: this.#waitedMs('asked'),
    };
  }

  /** Excludes the time that this takes. */
  async exclude<T>(whose: Wait, wait: () => Promise<T>): Promise<T> {
    this.#waiting = { whose, startedAt: performance.now() };
    try {
      return await wait();
    } finally {
      this.#sumsMs[whose] = this.#waitedMs(whose);
      this.#waiting = undefined;
    }
  }

  /** An error that asks for a retry becomes RetriesExhausted once the time, in milliseconds, is up. */
  bound(error: unknown, boundMs: number): unknown {
    if (this.#sinceMs === undefined || this.#countedMs(this.#sinceMs) < boundMs) return error;
    if (error instanceof ExportError && remedyFor(error.type).remedy !== 'retry') return error;
    const type = error instanceof ExportError ? `${error.type}: ` : '';
    const askedHours = Math.round(Math.min(this.#sumsMs.asked, MOST_ASKED_MS) / 3_600_000);
    const asked = askedHours > 0 ? ` and ${askedHours} hours in which the source asked to wait` : '';
    return new RetriesExhausted(
      `gave up after ${Number((boundMs / 60_000).toFixed(1))} minutes of retries (HOUR_RETRY_FOR)${asked}; ${LAST_FAILURE}${type}${messageOf(error)}`,
    );
  }

  /** Excludes the wait before the next attempt, when the error that ends this one says how long it is. */
  failed(error: unknown): void {
    const whose = error instanceof ExportError && error.type === 'HourNotDue' ? 'ours' : 'asked';
    this.#sumsMs[whose] += delayOf(error) ?? 0;
  }

  #countedMs(sinceMs: number): number {
    const { ours, asked } = this.#sumsMs;
    return this.#nowMs - sinceMs - ours - Math.min(asked, MOST_ASKED_MS);
  }

  #waitedMs(whose: Wait): number {
    const waiting = this.#waiting?.whose === whose ? performance.now() - this.#waiting.startedAt : 0;
    return this.#sumsMs[whose] + Math.round(waiting);
  }
}

function numberIn(details: unknown, name: keyof RetryDetails): number | undefined {
  if (typeof details !== 'object' || details === null) return undefined;
  const value = (details as Record<string, unknown>)[name];
  return typeof value === 'number' ? value : undefined;
}
