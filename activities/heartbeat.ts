import type { Context } from '@temporalio/activity';
import type { LogDetails } from './attempt-log.ts';
import type { RetryDetails } from './retry-budget.ts';

/** How often an activity sends a heartbeat, in milliseconds: well within the timeout in workflows/activity-options.ts. */
export const HEARTBEAT_EVERY_MS = 5_000;

/** What one attempt passes on to the next. */
export type PassedOn = RetryDetails & LogDetails;

/** The details of a heartbeat: the current step, and what the next attempt needs if this one ends now. */
export interface HeartbeatDetails extends PassedOn {
  readonly step: string;
  readonly bytes?: number;
  readonly events?: number;
}

/** Sends heartbeats on a timer, so that a long step is not taken for dead, and on demand a last one. */
export class Heartbeat {
  readonly #context: Context;
  readonly #passedOn: () => PassedOn;
  readonly #timer: NodeJS.Timeout;
  #details: HeartbeatDetails = { step: 'started' };

  constructor(context: Context, passedOn: () => PassedOn) {
    this.#context = context;
    this.#passedOn = passedOn;
    this.#timer = setInterval(() => this.#beat(), HEARTBEAT_EVERY_MS);
  }

  /** Sets the details of the next heartbeat. */
  say(details: HeartbeatDetails): void {
    this.#details = details;
  }

  /** Stops the timer; with `sendLast`, a last heartbeat passes the details on to the next attempt. */
  stop(sendLast: boolean): void {
    clearInterval(this.#timer);
    if (sendLast) this.#beat();
  }

  #beat(): void {
    this.#context.heartbeat({ ...this.#details, ...this.#passedOn() });
  }
}
