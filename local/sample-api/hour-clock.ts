import { HOUR_MS, hourStartMs, hourWindowAt, type HourWindow } from '../../core/hour-window.ts';
import type { Random } from './random.ts';
import { LATEST_HOURS } from './story/visitor.ts';

const HOUR_SECONDS = 3600;

/** `mm:ss` for every second of an hour, as a table: formatting them for each event would take most of the time. */
const minuteAndSecond = Array.from({ length: HOUR_SECONDS }, (_, second) =>
  new Date(second * 1000).toISOString().slice(14, 19),
);

/** Writes the times of an hour's events. */
export class HourClock {
  readonly #startSecond: number;
  /** `2026-01-01 05:` for the hours from three days before the window to the one after it. */
  readonly #datesAndHours: readonly string[];

  constructor(window: HourWindow) {
    const startMs = hourStartMs(window);
    this.#startSecond = startMs / 1000;
    this.#datesAndHours = Array.from({ length: LATEST_HOURS + 3 }, (_, index) => {
      const ms = startMs + (index - LATEST_HOURS - 1) * HOUR_MS;
      return `${hourWindowAt(ms).replace('T', ' ')}:`;
    });
  }

  /**
   * The time `second` seconds after the window's start, before it when negative, as JSON. One in eight has no fraction.
   */
  time(random: Random, second: number): string {
    const hours = Math.floor(second / HOUR_SECONDS);
    const digits = random.next();
    const fraction = digits % 8 === 0 ? '' : `.${String((digits >>> 3) % 1_000_000).padStart(6, '0')}`;
    const dateAndHour = this.#datesAndHours[hours + LATEST_HOURS + 1] ?? '';
    return `"${dateAndHour}${minuteAndSecond[second - hours * HOUR_SECONDS] ?? ''}${fraction}"`;
  }

  /** The same time in milliseconds since the epoch. */
  epochMs(second: number): number {
    return (this.#startSecond + second) * 1000;
  }
}
