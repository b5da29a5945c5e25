import type { Bucket } from './bucket.ts';

/** How often another worker may change the record at the same time before this one gives up. */
const TRIES = 5;

/** How far two readings of the Temporal server's clock may be apart, in milliseconds. */
const CLOCK_SLACK_MS = 10_000;

/** A pause that the source has asked for, by the Temporal server's clock in milliseconds since the epoch. */
interface RecordedPause {
  readonly untilMs: number;
  /** How long it was when it began. */
  readonly durationMs: number;
}

/** The record in the bucket of the pause that the source has asked for: all workers that share the prefix read it. */
export function cooldownKey(prefix: string): string {
  return `${prefix}/cooldown.json`;
}

/**
 * How much is left of the recorded pause at `nowMs`, in milliseconds; 0 when there is none. A record from a clock that was
 * ahead of the present one would not end for long: it counts as none.
 * @throws the typed errors of storage-errors.ts
 */
export async function readCooldown(bucket: Bucket, prefix: string, nowMs: number): Promise<number> {
  return leftOf(pauseIn((await bucket.getText(cooldownKey(prefix)))?.text), nowMs);
}

/**
 * Records a pause of `durationMs` from `nowMs` on, unless the one on record ends later.
 * @throws the typed errors of storage-errors.ts; CommitContended when other workers change the record all the time
 */
export async function recordCooldown(
  bucket: Bucket,
  prefix: string,
  nowMs: number,
  durationMs: number,
): Promise<void> {
  const key = cooldownKey(prefix);
  for (let left = TRIES; ; left -= 1) {
    const stored = await bucket.getText(key);
    if (leftOf(pauseIn(stored?.text), nowMs) >= durationMs) return;
    const until = new Date(nowMs + durationMs).toISOString();
    const text = `${JSON.stringify({ version: 1, until, durationMs })}\n`;
    const put = await bucket.putJsonIf(key, text, stored?.etag);
    if (put.kind === 'stored') return;
    if (put.kind === 'unknown' || left === 1) throw put.error;
  }
}

function leftOf({ untilMs, durationMs }: RecordedPause, nowMs: number): number {
  const leftMs = untilMs - nowMs;
  return leftMs > durationMs + CLOCK_SLACK_MS ? 0 : Math.max(0, leftMs);
}

const NONE: RecordedPause = { untilMs: 0, durationMs: 0 };

function pauseIn(text: string | undefined): RecordedPause {
  try {
    const record: unknown = JSON.parse(text ?? 'null');
    if (typeof record !== 'object' || record === null) return NONE;
    const { until, durationMs } = record as { readonly until?: unknown; readonly durationMs?: unknown };
    const untilMs = typeof until === 'string' ? Date.parse(until) : Number.NaN;
    return Number.isNaN(untilMs) || typeof durationMs !== 'number' ? NONE : { untilMs, durationMs };
  } catch {
    return NONE;
  }
}
