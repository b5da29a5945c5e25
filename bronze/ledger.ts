import type { HourWindow } from '../core/hour-window.ts';
import { dateAndHour } from '../core/hour-window.ts';
import type { Bucket } from './bucket.ts';
import { manifestKey } from './keys.ts';
import { parseManifest, type Manifest } from './manifest.ts';

const READS_AT_ONCE = 16;

/** All manifests together: the one truth about which hours landed. */
export class Ledger {
  readonly #bucket: Bucket;
  readonly #prefix: string;

  constructor(bucket: Bucket, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  /** Which of these hours have a manifest: one LIST a day, no manifest is read. */
  async landed(windows: readonly HourWindow[]): Promise<Set<HourWindow>> {
    const dates = [...new Set(windows.map((window) => dateAndHour(window).date))];
    const keys = await Promise.all(
      dates.map((date) => this.#bucket.list(`${this.#prefix}/manifests/dt=${date}/`)),
    );
    const present = new Set(keys.flat().map(({ key }) => key));
    return new Set(windows.filter((window) => present.has(manifestKey(this.#prefix, window))));
  }

  /** The manifests of these hours; an hour that has not landed is not in the map. @throws ManifestUnreadable */
  async read(windows: readonly HourWindow[]): Promise<Map<HourWindow, Manifest>> {
    const found = new Map<HourWindow, Manifest>();
    const waiting = [...windows];
    const lanes = Array.from({ length: READS_AT_ONCE }, async () => {
      for (let window = waiting.shift(); window !== undefined; window = waiting.shift()) {
        const key = manifestKey(this.#prefix, window);
        const stored = await this.#bucket.getText(key);
        if (stored !== undefined) found.set(window, parseManifest(stored.text, key));
      }
    });
    await Promise.all(lanes);
    return found;
  }
}
