/** The most hours in flight in one day of a backfill, while other days wait to begin. */
const MAX_LIMIT_OF_DAY = 4;

/** The most days in progress. Temporal advises at most five hundred children, and each adds to the history. */
const MAX_DAYS_IN_PROGRESS = 250;

/**
 * Allocates the hours that a backfill may have in flight to its days in progress: each day has a limit. The limits
 * together never exceed the total, and no limit exceeds the hours that its day has to do. Free hours go to the days in
 * progress before another day begins. The reason: after a limit was lowered, its day still has the old number of hours
 * in flight for a while. If another day took their place, the backfill would exceed its total once the total is raised
 * again.
 */
export class ConcurrencyAllocator {
  readonly #limits = new Map<string, number>();
  readonly #hoursToDo = new Map<string, number>();
  #total: number;

  constructor(total: number) {
    this.#total = total;
  }

  get total(): number {
    return this.#total;
  }

  /** The limit of each day in progress, in hours. */
  get limits(): ReadonlyMap<string, number> {
    return this.#limits;
  }

  /** The limit that another day could get, in hours; 0 or less when no day may begin. */
  get available(): number {
    if (this.#limits.size >= MAX_DAYS_IN_PROGRESS) return 0;
    return Math.min(MAX_LIMIT_OF_DAY, this.#total - this.#allocated);
  }

  /** Adds a day with this number of hours to do, and returns its limit. */
  add(day: string, hoursToDo: number): number {
    const limit = Math.min(hoursToDo, this.available);
    this.#limits.set(day, limit);
    this.#hoursToDo.set(day, hoursToDo);
    return limit;
  }

  /** Removes a day that has ended. */
  remove(day: string): void {
    this.#limits.delete(day);
    this.#hoursToDo.delete(day);
    this.#raiseLimits(MAX_LIMIT_OF_DAY);
  }

  /** Changes the total. Limits are lowered, the largest first, until they fit, or raised again. */
  setTotal(total: number): void {
    this.#total = total;
    for (let over = this.#allocated - total; over > 0; over -= 1) {
      const [largest] = [...this.#limits].toSorted(([, one], [, other]) => other - one);
      if (largest !== undefined) this.#limits.set(largest[0], largest[1] - 1);
    }
    this.#raiseLimits(MAX_LIMIT_OF_DAY);
  }

  /** Allocates all free hours to the days in progress: for when no other day waits to begin. */
  allocateAll(): void {
    this.#raiseLimits(Infinity);
  }

  /** Raises limits, the smallest first, up to `most` hours each, or to the hours that a day has to do. */
  #raiseLimits(most: number): void {
    for (let free = this.#total - this.#allocated; free > 0; free -= 1) {
      const [smallest] = [...this.#limits]
        .filter(([day, limit]) => limit < Math.min(most, this.#hoursToDo.get(day) ?? 0))
        .toSorted(([, one], [, other]) => one - other);
      if (smallest === undefined) return;
      this.#limits.set(smallest[0], smallest[1] + 1);
    }
  }

  get #allocated(): number {
    let sum = 0;
    for (const limit of this.#limits.values()) sum += limit;
    return sum;
  }
}
