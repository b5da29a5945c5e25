/**
 * The places that one host has for hours in flight. An hour takes one before its request and keeps it until its
 * files are gone, so the host's disk never holds more hours than this.
 */
export class Places {
  readonly #total: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** Waits for a place and takes it, first come, first served. @throws the signal's reason */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#taken < this.#total) {
      this.#taken += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(enter);
    });
  }

  /** Gives a place back: to the one who has waited longest, if anybody does. */
  giveBack(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken -= 1;
    else next();
  }
}
