/** The most hours that a day of a backfill has in flight at once, while other days wait to begin. */
const HOURS_A_DAY_AT_ONCE = 4;

/** A day has no more hours than this to have in flight. */
const HOURS_OF_A_DAY = 24;

/**
 * Shares out the hours that a backfill may have in flight among the days under way. The shares never come to more than
 * the limit. What is free goes to the days under way before another begins: hours in flight outlast a share that was
 * lowered, so a day that begins in their place would take the backfill over its limit once it is raised again.
 */
export class Shares {
  readonly #shares = new Map<string, number>();
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

  /** What another day could have, in hours; 0 when there is no room for one. */
  get room(): number {
    return Math.min(HOURS_A_DAY_AT_ONCE, this.#limit - this.#taken);
  }

  /** Gives a new day its share. */
  begin(day: string): number {
    const share = this.room;
    this.#shares.set(day, share);
    return share;
  }

  /** Takes a day's share back. */
  end(day: string): void {
    this.#shares.delete(day);
    this.#raise(HOURS_A_DAY_AT_ONCE);
  }

  /** Sets the limit. Shares shrink, the largest first, until they keep to it, or grow again. */
  setLimit(limit: number): void {
    this.#limit = limit;
    while (this.#taken > limit) this.#change((one, other) => other - one, -1);
    this.#raise(HOURS_A_DAY_AT_ONCE);
  }

  /** Gives the days under way all there is: for when no other day waits. */
  giveRest(): void {
    this.#raise(HOURS_OF_A_DAY);
  }

  /** Raises shares, the smallest first, up to so many hours each. */
  #raise(most: number): void {
    while (this.#taken < this.#limit && [...this.#shares.values()].some((share) => share < most)) {
      this.#change((one, other) => one - other, 1);
    }
  }

  get #taken(): number {
    let sum = 0;
    for (const share of this.#shares.values()) sum += share;
    return sum;
  }

  #change(order: (one: number, other: number) => number, by: number): void {
    const [first] = [...this.#shares].toSorted(([, one], [, other]) => order(one, other));
    if (first !== undefined) this.#shares.set(first[0], first[1] + by);
  }
}
