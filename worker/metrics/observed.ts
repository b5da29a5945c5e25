/**
 * The last known value of something that takes a while to read. `value` never waits: when the last reading is older than
 * `everyMs` milliseconds, it begins another one, and a failed reading leaves the value as it is.
 */
export class Observed<T> {
  readonly #read: () => Promise<T>;
  readonly #everyMs: number;
  #last: { readonly value: T; readonly readAtMs: number } | undefined;
  #reading: Promise<void> | undefined;
  #askedAt = -Infinity;

  constructor(read: () => Promise<T>, everyMs: number) {
    this.#read = read;
    this.#everyMs = everyMs;
  }

  /** The last value, and when its reading began, in milliseconds since the epoch; undefined before the first. */
  get value(): { readonly value: T; readonly readAtMs: number } | undefined {
    if (this.#reading === undefined && performance.now() - this.#askedAt >= this.#everyMs)
      this.#reading = this.#refresh();
    return this.#last;
  }

  /** The last value, unless it is older than `maxAgeMs` milliseconds. */
  recent(maxAgeMs: number): T | undefined {
    const found = this.value;
    return found === undefined || Date.now() - found.readAtMs > maxAgeMs ? undefined : found.value;
  }

  async #refresh(): Promise<void> {
    this.#askedAt = performance.now();
    const readAtMs = Date.now();
    try {
      this.#last = { value: await this.#read(), readAtMs };
    } catch {
      // The age of the value shows it.
    } finally {
      this.#reading = undefined;
    }
  }
}
