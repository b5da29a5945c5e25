import { dateAndHour, type HourWindow } from '../../../core/hour-window.ts';
import { specialHours } from '../special-hours.ts';

/** Readers that guess a schema look at this many rows, as DuckDB does by default. */
const ROWS_OF_A_GUESS = 20_480;

/**
 * Whether visitors can redeem gift cards yet: from the busy hour of each day on, and within that hour from the row on
 * that a reader who guesses a schema does not see.
 */
export function canRedeemGiftCards(window: HourWindow, eventNumber: number): boolean {
  const hour = Number(dateAndHour(window).hour);
  return hour > specialHours.busy || (hour === specialHours.busy && eventNumber >= ROWS_OF_A_GUESS);
}
