/**
 * A counting semaphore: at most `total` callers hold it at once. Those with the lowest priority key are served first, and
 * those with the same in the order of their calls.
 */
export class Semaphore {
  readonly #total: number;
  readonly #waiting: { readonly acquire: () => void; readonly priorityKey: number }[] = [];
  #acquired = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** Runs `work` while it holds the semaphore. @throws the signal's reason; what `work` throws */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.acquire(signal);
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  /**
   * Waits until fewer than `total` callers hold the semaphore and none with a lower priority key waits, then acquires it.
   * @throws the signal's reason
   */
  async acquire(signal: AbortSignal, priorityKey = 0): Promise<void> {
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
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', stopWaiting, { once: true });
      const waiting = { acquire, priorityKey };
      const later = this.#waiting.findIndex((other) => other.priorityKey > priorityKey);
      this.#waiting.splice(later === -1 ? this.#waiting.length : later, 0, waiting);
    });
  }

  /** Gives back what `acquire` gave. The first of those that wait acquires it. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#acquired -= 1;
    else next.acquire();
  }
}
