const [FREE, HELD, ENDING] = [0, 1, 2];

/**
 * Keeps a thread from being ended while native code works for it: Node would end the whole process. The thread and the
 * one that started it have one each, on the same memory.
 */
export class ThreadHold {
  readonly shared: SharedArrayBuffer;
  readonly #state: Int32Array;
  readonly #stop = new AbortController();

  constructor(shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.shared = shared;
    this.#state = new Int32Array(shared);
  }

  /**
   * In the thread: does work during which the thread is not ended. If it is to end, the signal tells, and the thread ends
   * as soon as the work has: this does not return then.
   * @throws what the work throws
   */
  async during<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> {
    if (Atomics.compareExchange(this.#state, 0, FREE, HELD) !== FREE) return new Promise(() => undefined);
    try {
      return await work(this.#stop.signal);
    } finally {
      // In a thread this ends the thread only.
      if (Atomics.compareExchange(this.#state, 0, HELD, FREE) !== HELD) process.exit();
    }
  }

  /** In the thread: tells the work in `during` to stop. */
  stop(): void {
    this.#stop.abort();
  }

  /**
   * From outside: the thread is to end. Returns true if it may be ended at once. If not, it has to be told to call `stop`,
   * and ends by itself.
   */
  end(): boolean {
    return Atomics.exchange(this.#state, 0, ENDING) === FREE;
  }
}
