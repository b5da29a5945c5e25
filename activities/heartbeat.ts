import type { Context } from '@temporalio/activity';

const BEAT_EVERY_MS = 5_000;

/** What a heartbeat carries: where the attempt is, and since when the activity has been retried. */
export interface HeartbeatDetails {
  readonly step: string;
  readonly bytes?: number;
  readonly events?: number;
  /** Server time of the first retry, in milliseconds since the epoch. */
  readonly retryingSinceMs?: number;
  /** How long the retries have waited for a place, in milliseconds: that is not counted against them. */
  readonly waitedMs?: number;
}

/** Beats on a timer, so that a step that says nothing for long is not taken for dead, and once more at the end. */
export class Heartbeat {
  readonly #context: Context;
  readonly #timer: NodeJS.Timeout;
  #details: HeartbeatDetails;

  constructor(context: Context, details: HeartbeatDetails) {
    this.#context = context;
    this.#details = details;
    this.#timer = setInterval(() => context.heartbeat(this.#details), BEAT_EVERY_MS);
  }

  /** Sets what the next beat says; what is not given stays. */
  say(details: Partial<HeartbeatDetails>): void {
    this.#details = { ...this.#details, ...details };
  }

  /** Ends the beating; `tellLast` hands the details to the next attempt. */
  stop(tellLast: boolean): void {
    clearInterval(this.#timer);
    if (tellLast) this.#context.heartbeat(this.#details);
  }
}
