interface Waiting {
  readonly acquire: () => void;
  readonly refuse: (reason: unknown) => void;
  readonly priorityKey: number;
}

/**
 * A counting semaphore: at most `total` callers hold it at once. Those with the lowest priority key are served first, and
 * those with the same in the order of their calls.
 */
export class Semaphore {
  readonly #total: number;
  readonly #waiting: Waiting[] = [];
  #acquired = 0;
  #closedFor: Error | undefined;

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
   * @throws the signal's reason; the reason of `close`
   */
  async acquire(signal: AbortSignal, priorityKey = 0): Promise<void> {
    signal.throwIfAborted();
    if (this.#closedFor !== undefined) throw this.#closedFor;
    if (this.#acquired < this.#total) {
      this.#acquired += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const refuse = (reason: unknown): void => {
        signal.removeEventListener('abort', stopWaiting);
        reject(reason);
      };
      const stopWaiting = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        refuse(signal.reason);
      };
      const acquire = (): void => {
        signal.removeEventListener('abort', stopWaiting);
        resolve();
      };
      signal.addEventListener('abort', stopWaiting, { once: true });
      const waiting = { acquire, refuse, priorityKey };
      const later = this.#waiting.findIndex((other) => other.priorityKey > priorityKey);
      this.#waiting.splice(later === -1 ? this.#waiting.length : later, 0, waiting);
    });
  }

  /** From now on nobody acquires the semaphore: those that wait, and later callers, get `reason`. */
  close(reason: Error): void {
    this.#closedFor = reason;
    for (const { refuse } of this.#waiting.splice(0)) refuse(reason);
  }

  /** Gives back what `acquire` gave. The first of those that wait acquires it. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#acquired -= 1;
    else next.acquire();
  }
}
