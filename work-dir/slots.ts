/**
 * The slots of one worker. An hour acquires one before its request and releases it when its files are gone, so the
 * worker's disk never holds more hours than it has slots.
 */
export class Slots {
  readonly #total: number;
  readonly #waiting: (() => void)[] = [];
  #acquired = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /**
   * Waits for a free slot and acquires it; callers are served in the order of their calls. @throws the signal's
   * reason
   */
  async acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#acquired < this.#total) {
      this.#acquired += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const acquire = (): void => {
        signal.removeEventListener('abort', stopWaiting);
        resolve();
      };
      const stopWaiting = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(acquire), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', stopWaiting, { once: true });
      this.#waiting.push(acquire);
    });
  }

  /** Releases a slot. The caller that has waited longest acquires it. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#acquired -= 1;
    else next();
  }
}
