import { condition } from '@temporalio/workflow';

/** Limits how many hours are in flight at once. The limit may change meanwhile. */
export class ConcurrencyLimiter {
  #limit: number;
  #inFlight = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Sets the limit. With more in flight than the new limit none begins until enough have ended; with 0 none at all. */
  set limit(limit: number) {
    this.#limit = limit;
  }

  /** Works through items in order, each as soon as the limit allows. Waits for all that was begun, also when the run is cancelled. */
  async each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const begun: Promise<void>[] = [];
    try {
      for (const item of items) {
        await condition(() => this.#inFlight < this.#limit);
        begun.push(this.#run(() => work(item)));
      }
    } finally {
      await Promise.allSettled(begun);
    }
    await Promise.all(begun);
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.#inFlight += 1;
    try {
      await work();
    } finally {
      this.#inFlight -= 1;
    }
  }
}
