import { ExportError } from './errors.ts';

declare const hourWindow: unique symbol;

/** One UTC hour of arrival (`server_upload_time`), written `2026-01-01T05`. Text order is time order. */
export type HourWindow = string & { readonly [hourWindow]: true };

/** One hour, in milliseconds. */
export const HOUR_MS = 3_600_000;

const WINDOW_TEXT = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

/** The given value is not an hour window. */
export class WindowInvalid extends ExportError {
  readonly type = 'WindowInvalid';
}

/**
 * Reads an hour window written as `2026-01-01T05` (UTC).
 * @throws WindowInvalid when the text has another form, or names an hour that does not exist
 */
export function parseHourWindow(text: unknown): HourWindow {
  if (typeof text === 'string' && WINDOW_TEXT.test(text)) {
    const startMs = Date.parse(`${text}:00:00Z`);
    if (!Number.isNaN(startMs) && hourWindowAt(startMs) === text) return text as HourWindow;
  }
  throw new WindowInvalid(`${JSON.stringify(text)} is not a UTC hour such as 2026-01-01T05`);
}

/** The hour window that holds an instant, given in milliseconds since the epoch. */
export function hourWindowAt(epochMs: number): HourWindow {
  return new Date(epochMs).toISOString().slice(0, 13) as HourWindow;
}

/** The first instant of a window, in milliseconds since the epoch. */
export function hourStartMs(window: HourWindow): number {
  return Date.parse(`${window}:00:00Z`);
}

/** The two parts of a window as bucket keys spell them: `2026-01-01` and `05`. */
export function dateAndHour(window: HourWindow): { date: string; hour: string } {
  return { date: window.slice(0, 10), hour: window.slice(11) };
}
