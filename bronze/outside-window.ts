import { outsideOf } from '../amplitude/upload-time.ts';
import type { HourWindow } from '../core/hour-window.ts';

/** When an hour's events arrived, from its manifest or its summary. */
interface ArrivalTimes {
  readonly window: HourWindow;
  /** How many events lie outside the window; undefined or null when the manifest is older than this count. */
  readonly outsideWindow?: number | null;
  readonly firstUploadTime: string | null;
  readonly lastUploadTime: string | null;
}

/**
 * True for an hour that holds events of other hours. If they were not counted, the first and last
 * `server_upload_time` decide, unless their form proves nothing.
 */
export function holdsOtherHours(hour: ArrivalTimes): boolean {
  if (typeof hour.outsideWindow === 'number') return hour.outsideWindow > 0;
  const isOutside = outsideOf(hour.window);
  return [hour.firstUploadTime, hour.lastUploadTime].some(
    (time) => typeof time === 'string' && isOutside(time),
  );
}
