import type { Context } from '@temporalio/activity';
import type { LogDetails } from './attempt-log.ts';
import type { RetryDetails } from './retry-budget.ts';

const BEAT_EVERY_MS = 5_000;

/** What one attempt leaves to the next. */
export type HandedOn = RetryDetails & LogDetails;

/** What a heartbeat carries: where the attempt is, and what the next one has to know, should this one end now. */
export interface HeartbeatDetails extends HandedOn {
  readonly step: string;
  readonly bytes?: number;
  readonly events?: number;
}

/** Beats on a timer, so that a step that says nothing for long is not taken for dead, and once more at the end. */
export class Heartbeat {
  readonly #context: Context;
  readonly #handedOn: () => HandedOn;
  readonly #timer: NodeJS.Timeout;
  #details: HeartbeatDetails = { step: 'started' };

  constructor(context: Context, handedOn: () => HandedOn) {
    this.#context = context;
    this.#handedOn = handedOn;
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
    this.#context.heartbeat({ ...this.#details, ...this.#handedOn() });
  }
}
