import type { HourWindow } from '../core/hour-window.ts';

/** Amplitude writes `2026-01-01 05:00:00.123456`, the fraction only where there is one. ISO 8601's `T` and `Z` will do too. */
const UPLOAD_TIME = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?Z?$/;

/**
 * Makes a test for the `server_upload_time` of events: true for one that is known to lie outside the window. A text of
 * another form proves nothing, so it gives false. For times inside it compares the first characters and no more.
 */
export function outsideOf(window: HourWindow): (uploadTime: string) => boolean {
  const usual = window.replace('T', ' ');
  return (uploadTime) =>
    !uploadTime.startsWith(usual) && !uploadTime.startsWith(window) && UPLOAD_TIME.test(uploadTime);
}
