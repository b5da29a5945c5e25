import type { Context } from '@temporalio/activity';
import type { RetryClock, RetryDetails } from './retry-clock.ts';

const BEAT_EVERY_MS = 5_000;

/** What a heartbeat carries: where the attempt is, and since when the activity has been retried. */
export interface HeartbeatDetails extends RetryDetails {
  readonly step: string;
  readonly bytes?: number;
  readonly events?: number;
}

/** Beats on a timer, so that a step that says nothing for long is not taken for dead, and once more at the end. */
export class Heartbeat {
  readonly #context: Context;
  readonly #clock: RetryClock;
  readonly #timer: NodeJS.Timeout;
  #details: HeartbeatDetails = { step: 'started' };

  constructor(context: Context, clock: RetryClock) {
    this.#context = context;
    this.#clock = clock;
    this.#timer = setInterval(() => this.#beat(), BEAT_EVERY_MS);
  }

  /** Sets what the next beat says. */
  say(details: HeartbeatDetails): void {
    this.#details = details;
  }

  /** Ends the beating; `tellLast` hands the details to the next attempt. */
  stop(tellLast: boolean): void {
    clearInterval(this.#timer);
    if (tellLast) this.#beat();
  }

  #beat(): void {
    this.#context.heartbeat({ ...this.#details, ...this.#clock.details });
  }
}
