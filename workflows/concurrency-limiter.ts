import { condition } from '@temporalio/workflow';

/** Limits how many hours are in flight at once. The limit may change at any time. */
export class ConcurrencyLimiter {
  #limit: number;
  #inFlight = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Sets the limit. While as many or more are in flight, no other begins; with 0 none begins at all. */
  set limit(limit: number) {
    this.#limit = limit;
  }

  /**
   * Calls `work` for each item in order, as soon as the limit allows. It waits for every item that has begun, also when
   * the run is cancelled.
   * @throws the first error of `work`; CancelledFailure
   */
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
