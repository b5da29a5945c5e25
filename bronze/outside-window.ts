import { outsideOf } from '../amplitude/upload-time.ts';
import type { HourWindow } from '../core/hour-window.ts';

/** What a manifest, or its summary, says of when an hour's events arrived. */
interface ArrivalTimes {
  readonly window: HourWindow;
  /** How many events lie outside the window; nothing where the manifest is from before they were counted. */
  readonly outsideWindow?: number | null;
  readonly firstUploadTime: string | null;
  readonly lastUploadTime: string | null;
}

/**
 * True for an hour that holds events of other hours. Where they were not counted, the least and the greatest
 * `server_upload_time` tell, unless one of them is of a form that proves nothing.
 */
export function holdsOtherHours(hour: ArrivalTimes): boolean {
  if (typeof hour.outsideWindow === 'number') return hour.outsideWindow > 0;
  const isOutside = outsideOf(hour.window);
  return [hour.firstUploadTime, hour.lastUploadTime].some(
    (time) => typeof time === 'string' && isOutside(time),
  );
}
