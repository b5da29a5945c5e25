import type { HourSelection } from '../core/hour-selection.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { hoursOf, type Interval } from '../core/interval.ts';
import type { Bucket } from './bucket.ts';
import { manifestFolder, manifestKey, windowOfManifest } from './keys.ts';
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

  /** The hours of an interval that have landed, each with its manifest's ETag. No manifest is read: one LIST for 1,000. */
  async list(interval: Interval): Promise<Map<HourWindow, string>> {
    const folder = manifestFolder(this.#prefix);
    // A key without its last byte comes right before it, and after that of the hour before.
    const after = manifestKey(this.#prefix, interval.start).slice(0, -1);
    const upTo = manifestKey(this.#prefix, interval.end);
    const landed = new Map<HourWindow, string>();
    for (const { key, etag } of await this.#bucket.list(folder, { after, upTo })) {
      const window = windowOfManifest(this.#prefix, key);
      if (window !== undefined) landed.set(window, etag);
    }
    return landed;
  }

  /**
   * The hours of an interval that are to be exported, oldest first, and how many that landed are left alone.
   * @throws ManifestUnreadable when rejected lines are asked for and a manifest cannot be read
   */
  async select(
    interval: Interval,
    select: HourSelection,
  ): Promise<{ hours: readonly HourWindow[]; landed: number }> {
    const all = hoursOf(interval);
    if (select === 'all') return { hours: all, landed: 0 };
    const listed = await this.list(interval);
    if (select === 'missing')
      return { hours: all.filter((window) => !listed.has(window)), landed: listed.size };
    const manifests = await this.read([...listed.keys()]);
    const hours = all.filter((window) => (manifests.get(window)?.rejected ?? 0) > 0);
    return { hours, landed: listed.size - hours.length };
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
