import { setTimeout as sleep } from 'node:timers/promises';

/** The time during which a worker sends no request, because the source asked it to wait. */
export class Cooldown {
  #endsAtMs = 0;

  /** Starts a pause of so many milliseconds, or extends the present one. */
  start(durationMs: number): void {
    this.#endsAtMs = Math.max(this.#endsAtMs, performance.now() + durationMs);
  }

  /** Waits until no pause is on. @throws the signal's reason */
  async wait(signal: AbortSignal): Promise<void> {
    for (let leftMs = this.#leftMs(); leftMs > 0; leftMs = this.#leftMs()) {
      await sleep(leftMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  #leftMs(): number {
    return Math.ceil(this.#endsAtMs - performance.now());
  }
}
