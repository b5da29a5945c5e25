import type { Cooldown } from '../amplitude/cooldown.ts';
import type { Bucket } from '../bronze/bucket.ts';
import { cooldownKey, readCooldown, recordCooldown } from '../bronze/cooldown-record.ts';
import type { Attempt } from './attempt.ts';

/** How long one look at the record is good for, in milliseconds: many small hours share it. */
const GOOD_FOR_MS = 1_000;

/** The storage has so long to answer, in milliseconds. Without an answer, only the pause of this worker counts. */
const ANSWER_WITHIN_MS = 5_000;

/** No pause is longer, whatever the source says, in milliseconds: a day, as in retry-budget.ts. */
const LONGEST_MS = 24 * 3_600_000;

/**
 * The time in which no worker asks the source, because it has asked one of them to wait: a rate limit is the account's.
 * Why a record in the bucket: docs/decisions/0010-rate-limits.md.
 */
export class SourcePause {
  readonly #cooldown: Cooldown;
  readonly #prefix: string;
  readonly #goodForMs: number;
  /** The last look at the record: when it began, and until when it says to wait, both by `performance.now()`. */
  #look: { readonly beganAt: number; readonly endsAt: Promise<number> } | undefined;

  constructor(cooldown: Cooldown, prefix: string, goodForMs = GOOD_FOR_MS) {
    this.#cooldown = cooldown;
    this.#prefix = prefix;
    this.#goodForMs = goodForMs;
  }

  /** Waits until the pause is over; HOUR_RETRY_FOR excludes this time. @throws the signal's reason */
  async wait(attempt: Attempt): Promise<void> {
    for (;;) {
      await attempt.waitOutsideBudget('source', 'waiting, as the source asked', () =>
        this.#cooldown.wait(attempt.signal),
      );
      const leftMs = (await this.#endsAt(attempt)) - performance.now();
      attempt.signal.throwIfAborted();
      // Another hour may have got a 429 meanwhile.
      if (leftMs <= 0 && this.#cooldown.isOver) return;
      this.#cooldown.start(leftMs);
    }
  }

  /** Starts a pause of `durationMs` from now, for this worker at once, and for all that look for it. Never throws. */
  async start(durationMs: number, attempt: Attempt): Promise<void> {
    if (durationMs <= 0) return;
    const pauseMs = Math.min(durationMs, LONGEST_MS);
    this.#cooldown.start(pauseMs);
    const nowMs = await attempt.serverTime();
    await this.#ask(attempt, 'put-cooldown', (bucket) =>
      recordCooldown(bucket, this.#prefix, nowMs, pauseMs),
    );
  }

  /** Hours that ask while a look is in progress, or shortly after it, share it. */
  async #endsAt(attempt: Attempt): Promise<number> {
    const now = performance.now();
    if (this.#look === undefined || now - this.#look.beganAt >= this.#goodForMs)
      this.#look = { beganAt: now, endsAt: this.#lookNow(attempt) };
    return this.#look.endsAt;
  }

  async #lookNow(attempt: Attempt): Promise<number> {
    const nowMs = await attempt.serverTime();
    const asked = performance.now();
    const ask = (bucket: Bucket): Promise<number> => readCooldown(bucket, this.#prefix, nowMs);
    return asked + ((await this.#ask(attempt, 'get-cooldown', ask)) ?? 0);
  }

  /** Undefined when the storage fails: its row in the log says how. An hour may land all the same. */
  async #ask<T>(
    { bucket, log }: Attempt,
    operation: string,
    ask: (bucket: Bucket) => Promise<T>,
  ): Promise<T | undefined> {
    // Not the signal of the attempt: others may wait for this answer.
    const inTime = bucket.until(AbortSignal.timeout(ANSWER_WITHIN_MS));
    try {
      return await log.time({ operation, item: cooldownKey(this.#prefix) }, () => ask(inTime));
    } catch {
      return undefined;
    }
  }
}
