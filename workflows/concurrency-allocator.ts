/** The most hours that a day of a backfill has in flight at once, while other days wait to begin. */
const HOURS_A_DAY_AT_ONCE = 4;

/** The most days under way: Temporal advises at most five hundred children, and a history is as long as there are many. */
const DAYS_AT_ONCE = 250;

/**
 * ConcurrencyAllocator out the hours that a backfill may have in flight among the days under way. The shares never come to more than
 * the limit, and no day has more than the hours it has to do. What is free goes to the days under way before another
 * begins: hours in flight outlast a share that was lowered, so a day that begins in their place would take the backfill
 * over its limit once it is raised again.
 */
export class ConcurrencyAllocator {
  readonly #shares = new Map<string, number>();
  readonly #hoursToDo = new Map<string, number>();
  #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  /** The share of each day under way. */
  get all(): ReadonlyMap<string, number> {
    return this.#shares;
  }

  /** What another day could have at most, in hours; 0 or less when there is no room for one. */
  get room(): number {
    if (this.#shares.size >= DAYS_AT_ONCE) return 0;
    return Math.min(HOURS_A_DAY_AT_ONCE, this.#limit - this.#taken);
  }

  /** Gives a new day, which has so many hours to do, its share. */
  begin(day: string, hoursToDo: number): number {
    const share = Math.min(hoursToDo, this.room);
    this.#shares.set(day, share);
    this.#hoursToDo.set(day, hoursToDo);
    return share;
  }

  /** Takes a day's share back. */
  end(day: string): void {
    this.#shares.delete(day);
    this.#hoursToDo.delete(day);
    this.#raise(HOURS_A_DAY_AT_ONCE);
  }

  /** Sets the limit. ConcurrencyAllocator shrink, the largest first, until they keep to it, or grow again. */
  setLimit(limit: number): void {
    this.#limit = limit;
    for (let over = this.#taken - limit; over > 0; over -= 1) {
      const [largest] = [...this.#shares].toSorted(([, one], [, other]) => other - one);
      if (largest !== undefined) this.#shares.set(largest[0], largest[1] - 1);
    }
    this.#raise(HOURS_A_DAY_AT_ONCE);
  }

  /** Gives the days under way all there is: for when no other day waits. */
  allocateAll(): void {
    this.#raise(Infinity);
  }

  /** Raises shares, the smallest first, up to so many hours each, or to what a day has to do. */
  #raise(most: number): void {
    for (let free = this.#limit - this.#taken; free > 0; free -= 1) {
      const [smallest] = [...this.#shares]
        .filter(([day, share]) => share < Math.min(most, this.#hoursToDo.get(day) ?? 0))
        .toSorted(([, one], [, other]) => one - other);
      if (smallest === undefined) return;
      this.#shares.set(smallest[0], smallest[1] + 1);
    }
  }

  get #taken(): number {
    let sum = 0;
    for (const share of this.#shares.values()) sum += share;
    return sum;
  }
}
