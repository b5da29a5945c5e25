import { condition } from '@temporalio/workflow';

/** Lets a number of hours be in flight at once; the number may change meanwhile. */
export class ConcurrencyLimiter {
  #limit: number;
  #inside = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  /** From now on so many: fewer than are inside let nobody in until enough have left, 0 lets in nobody at all. */
  set limit(limit: number) {
    this.#limit = limit;
  }

  /** Works through items in order, each once there is room. Waits for all that was begun, even if the run is cancelled. */
  async each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const begun: Promise<void>[] = [];
    try {
      for (const item of items) {
        await condition(() => this.#inside < this.#limit);
        begun.push(this.#pass(() => work(item)));
      }
    } finally {
      await Promise.allSettled(begun);
    }
    await Promise.all(begun);
  }

  async #pass(work: () => Promise<void>): Promise<void> {
    this.#inside += 1;
    try {
      await work();
    } finally {
      this.#inside -= 1;
    }
  }
}
