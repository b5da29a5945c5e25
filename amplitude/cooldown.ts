import { setTimeout as sleep } from 'node:timers/promises';

/** The time in which a worker sends no request, because the source asked it to wait. */
export class Cooldown {
  #endsAtMs = 0;

  /** Starts a pause, or extends the present one; `durationMs` in milliseconds from now. */
  start(durationMs: number): void {
    this.#endsAtMs = Math.max(this.#endsAtMs, performance.now() + durationMs);
  }

  /** True when no pause is in progress. */
  get isOver(): boolean {
    return this.#leftMs() <= 0;
  }

  /** Waits until the pause is over. @throws the signal's reason */
  async wait(signal: AbortSignal): Promise<void> {
    for (let leftMs = this.#leftMs(); leftMs > 0; leftMs = this.#leftMs()) {
      await sleep(leftMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  #leftMs(): number {
    return Math.ceil(this.#endsAtMs - performance.now());
  }
}
