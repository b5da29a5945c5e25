import { manifestKey } from '../../bronze/keys.ts';
import { HOUR_MS, hourStartMs, hourWindowAt, type HourWindow } from '../../core/hour-window.ts';
import { pMap } from '../../core/p-map.ts';
import { putManifest } from '../support/manifests.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** Hours that come due while the alerts are tested. */
const HOURS_TO_COME = 3;
/** The default of HOUR_DUE_AFTER. */
const DUE_AFTER_MS = 3 * HOUR_MS;
const USUAL_EVENTS = 1000;
const MANIFESTS_AT_ONCE = 16;

/** The ledger of a watched export. "Due" is what was due when it was made. */
export interface WatchedLedger {
  /** The hour this many hours before the newest due one. */
  readonly hourBeforeDue: (hours: number) => HourWindow;
  /** Every hour from the newest that comes due meanwhile back to the one `hours` before the newest due one. */
  readonly newestHours: (hours: number) => HourWindow[];
  /** Writes the manifests of hours, with so many events each. */
  readonly land: (hours: readonly HourWindow[], events?: number) => Promise<void>;
  /** Removes the manifests of hours. */
  readonly remove: (hours: readonly HourWindow[]) => Promise<void>;
}

/** The ledger in the bucket of a pipeline. */
export function watchedLedger({ bucket, prefix }: Pipeline): WatchedLedger {
  const newestDueMs = hourStartMs(hourWindowAt(Date.now() - DUE_AFTER_MS));
  const hourBeforeDue = (hours: number): HourWindow => hourWindowAt(newestDueMs - hours * HOUR_MS);
  return {
    hourBeforeDue,
    newestHours: (hours) =>
      Array.from({ length: hours + 1 + HOURS_TO_COME }, (_, index) => hourBeforeDue(index - HOURS_TO_COME)),
    land: async (hours, events = USUAL_EVENTS) => {
      const put = (hour: HourWindow): Promise<void> => putManifest(bucket, prefix, hour, { events });
      await pMap(hours, put, { concurrency: MANIFESTS_AT_ONCE });
    },
    remove: async (hours) => bucket.delete(hours.map((hour) => manifestKey(prefix, hour))),
  };
}
