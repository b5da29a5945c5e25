import { SourceTimedOut } from './errors.ts';
import type { SourceTimeouts } from './limits.ts';

/**
 * The minimum speed of a download. It is measured in periods of `minimumOverMs`; only the time spent waiting for the
 * source counts. The last, incomplete period of a download is not measured.
 */
export class MinimumSpeed {
  readonly #minimumBytes: number;
  readonly #overMs: number;
  #bytes = 0;
  #waitedMs = 0;
  #waitingSince = performance.now();

  constructor({ minimumBytes, minimumOverMs }: SourceTimeouts) {
    this.#minimumBytes = minimumBytes;
    this.#overMs = minimumOverMs;
  }

  /** The download waits for the source again from now on: the time before does not count. */
  restartWait(): void {
    this.#waitingSince = performance.now();
  }

  /** Counts `bytes` more bytes, `soFar` in all. Returns an error when a complete period had too few bytes. */
  count(bytes: number, soFar: number): SourceTimedOut | undefined {
    this.#bytes += bytes;
    this.#waitedMs += performance.now() - this.#waitingSince;
    this.restartWait();
    if (this.#waitedMs < this.#overMs) return undefined;
    const tooSlow = this.#bytes < this.#minimumBytes ? this.#tooSlow(soFar) : undefined;
    this.#bytes = 0;
    this.#waitedMs = 0;
    return tooSlow;
  }

  #tooSlow(soFar: number): SourceTimedOut {
    const seconds = Math.round(this.#waitedMs / 1000);
    return new SourceTimedOut(
      `the download is too slow: ${perMinute(this.#bytes, this.#waitedMs)} bytes a minute over the last ${seconds} s, but at least ${perMinute(this.#minimumBytes, this.#overMs)} are required; ${soFar} bytes so far`,
    );
  }
}

function perMinute(bytes: number, ms: number): number {
  return Math.round((bytes * 60_000) / ms);
}
