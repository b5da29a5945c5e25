import type { Info } from '@temporalio/activity';
import { remedyFor } from '../core/error-types.ts';
import { ExportError, messageOf } from '../core/errors.ts';
import { LAST_FAILURE } from '../core/collect-advice.ts';
import { delayOf, RetriesExhausted } from './failure.ts';

/** What one attempt passes on to the next about retries, with its heartbeats; durations in milliseconds. */
export interface RetryDetails {
  /** Server time of the first retry, in milliseconds since the epoch. */
  readonly retryingSinceMs?: number;
  /** How long the retries have waited for a slot, or until the hour is due. */
  readonly waitedMs?: number;
  /** How long the retries have waited because the source asked for it. */
  readonly askedMs?: number;
}

/** The kind of a wait: `own` (for a slot, or until the hour is due), or as the `source` asks. */
export type Wait = 'own' | 'source';

/** A day: quotas last no longer. A source that asks for more may do so without end. */
const MAX_SOURCE_WAIT_MS = 24 * 3_600_000;

/**
 * The time for which an activity may be retried. It runs from the first retry, by the server's clock, and heartbeats
 * pass it on from attempt to attempt. Excluded are the wait for a slot, the wait until the hour is due, and up to a day
 * of waits that the source asks for, within an attempt or between two. Why Temporal's own timeouts are not enough:
 * docs/decisions/0006-retry-budget.md.
 */
export class RetryBudget {
  readonly #nowMs: number;
  readonly #sinceMs: number | undefined;
  readonly #sumsMs: Record<Wait, number>;
  #waiting: { readonly kind: Wait; readonly startedAt: number } | undefined;

  constructor(info: Info) {
    const details: unknown = info.heartbeatDetails;
    this.#nowMs = info.currentAttemptScheduledTimestampMs;
    this.#sinceMs = info.attempt === 1 ? undefined : (numberIn(details, 'retryingSinceMs') ?? this.#nowMs);
    this.#sumsMs = { own: numberIn(details, 'waitedMs') ?? 0, source: numberIn(details, 'askedMs') ?? 0 };
  }

  /** What the next attempt needs if this one ends now. */
  get details(): RetryDetails {
    if (this.#sinceMs === undefined) return {};
    return {
      retryingSinceMs: this.#sinceMs,
      waitedMs: this.#waitedMs('own'),
      askedMs: this.#waitedMs('source'),
    };
  }

  /** Excludes the duration of `wait`. */
  async exclude<T>(kind: Wait, wait: () => Promise<T>): Promise<T> {
    this.#waiting = { kind, startedAt: performance.now() };
    try {
      return await wait();
    } finally {
      this.#sumsMs[kind] = this.#waitedMs(kind);
      this.#waiting = undefined;
    }
  }

  /** Turns an error that would be retried into RetriesExhausted once `boundMs` milliseconds are used up. */
  bound(error: unknown, boundMs: number): unknown {
    if (this.#sinceMs === undefined || this.#countedMs(this.#sinceMs) < boundMs) return error;
    if (error instanceof ExportError && remedyFor(error.type).remedy !== 'retry') return error;
    const type = error instanceof ExportError ? `${error.type}: ` : '';
    const askedHours = Math.round(Math.min(this.#sumsMs.source, MAX_SOURCE_WAIT_MS) / 3_600_000);
    const asked = askedHours > 0 ? ` and ${askedHours} hours in which the source asked to wait` : '';
    return new RetriesExhausted(
      `gave up after ${Number((boundMs / 60_000).toFixed(1))} minutes of retries (HOUR_RETRY_FOR)${asked}; ${LAST_FAILURE}${type}${messageOf(error)}`,
    );
  }

  /** Excludes the wait before the next attempt, when the error of this one says how long it is. */
  failed(error: unknown): void {
    const kind = error instanceof ExportError && error.type === 'HourNotDue' ? 'own' : 'source';
    this.#sumsMs[kind] += delayOf(error) ?? 0;
  }

  #countedMs(sinceMs: number): number {
    const { own, source } = this.#sumsMs;
    return this.#nowMs - sinceMs - own - Math.min(source, MAX_SOURCE_WAIT_MS);
  }

  #waitedMs(kind: Wait): number {
    const waiting = this.#waiting?.kind === kind ? performance.now() - this.#waiting.startedAt : 0;
    return this.#sumsMs[kind] + Math.round(waiting);
  }
}

function numberIn(details: unknown, name: keyof RetryDetails): number | undefined {
  if (typeof details !== 'object' || details === null) return undefined;
  const value = (details as Record<string, unknown>)[name];
  return typeof value === 'number' ? value : undefined;
}
