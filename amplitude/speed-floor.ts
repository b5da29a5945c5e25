import { SourceTimedOut } from './errors.ts';
import type { SourcePatience } from './limits.ts';

/**
 * The least speed of a download. It is measured over stretches of `floorOverMs`, in which only the time counts that the
 * source kept us waiting; a stretch that the download does not fill is not judged.
 */
export class SpeedFloor {
  readonly #leastBytes: number;
  readonly #overMs: number;
  #bytes = 0;
  #waitedMs = 0;
  #waitingSince = performance.now();

  constructor({ floorBytes, floorOverMs }: SourcePatience) {
    this.#leastBytes = floorBytes;
    this.#overMs = floorOverMs;
  }

  /** From now on it is the source again that is waited for: the time before does not count. */
  restartWait(): void {
    this.#waitingSince = performance.now();
  }

  /** Takes account of so many more bytes, `soFar` in all. Gives the error when a stretch has brought too few. */
  count(bytes: number, soFar: number): SourceTimedOut | undefined {
    this.#bytes += bytes;
    this.#waitedMs += performance.now() - this.#waitingSince;
    this.restartWait();
    if (this.#waitedMs < this.#overMs) return undefined;
    const tooSlow = this.#bytes < this.#leastBytes ? this.#tooSlow(soFar) : undefined;
    this.#bytes = 0;
    this.#waitedMs = 0;
    return tooSlow;
  }

  #tooSlow(soFar: number): SourceTimedOut {
    const seconds = Math.round(this.#waitedMs / 1000);
    return new SourceTimedOut(
      `the download is too slow: ${aMinute(this.#bytes, this.#waitedMs)} bytes a minute over the last ${seconds} s, where ${aMinute(this.#leastBytes, this.#overMs)} are the least; ${soFar} bytes had come`,
    );
  }
}

function aMinute(bytes: number, ms: number): number {
  return Math.round((bytes * 60_000) / ms);
}
