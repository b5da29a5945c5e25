/** A counting semaphore: at most `total` callers hold it at once, and they are served in the order of their calls. */
export class Semaphore {
  readonly #total: number;
  readonly #waiting: (() => void)[] = [];
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

  /** Waits until fewer than `total` callers hold the semaphore, then acquires it. @throws the signal's reason */
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

  /** Gives back what `acquire` gave. The caller that has waited longest acquires it. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#acquired -= 1;
    else next();
  }
}
