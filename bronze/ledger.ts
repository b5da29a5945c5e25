import type { HourSelection } from '../core/hour-selection.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { pMap } from '../core/p-map.ts';
import { hoursOf, type Interval } from '../core/interval.ts';
import type { Bucket, ListedObject } from './bucket.ts';
import { ManifestUnreadable } from './errors.ts';
import { summarizeManifest, type HourSummary } from './hour-summary.ts';
import {
  dayLogFolder,
  logFolder,
  manifestFolder,
  manifestKey,
  windowOfLogs,
  windowOfManifest,
} from './keys.ts';
import { parseManifest, type Manifest } from './manifest.ts';
import { countNotRemoved } from './not-removed.ts';
import { lacksOutput, type OutputFormat } from './output-formats.ts';

/** As many requests as the AWS SDK has connections for. */
const REQUESTS_AT_ONCE = 50;
/** Each hour needs four listings. */
const HOURS_AT_ONCE = 12;

interface StoredText {
  readonly key: string;
  readonly text: string;
  readonly etag: string;
}

/**
 * All manifests together: the only record of which hours landed. Methods throw the typed errors of storage-errors.ts.
 */
export class Ledger {
  readonly #bucket: Bucket;
  readonly #prefix: string;

  constructor(bucket: Bucket, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  /**
   * The hours of an interval that have landed, each with its manifest as a LIST shows it. Reads no manifest; one LIST
   * covers 1,000 hours.
   */
  async list(interval: Interval): Promise<Map<HourWindow, ListedObject>> {
    const folder = manifestFolder(this.#prefix);
    // A key without its last byte sorts directly before the key, and after the key of the hour before.
    const after = manifestKey(this.#prefix, interval.start).slice(0, -1);
    const upTo = manifestKey(this.#prefix, interval.end);
    const landed = new Map<HourWindow, ListedObject>();
    for (const manifest of await this.#bucket.list(folder, { after, upTo })) {
      const window = windowOfManifest(this.#prefix, manifest.key);
      if (window !== undefined) landed.set(window, manifest);
    }
    return landed;
  }

  /**
   * Selects the hours of an interval to export, oldest first; `wanted` are the outputs that OUTPUTS asks for. `landed`
   * counts the landed hours that are not exported again.
   * @throws ManifestUnreadable when rejected lines or outputs are asked for and a manifest cannot be read
   */
  async select(
    interval: Interval,
    select: HourSelection,
    wanted: readonly OutputFormat[],
  ): Promise<{ hours: readonly HourWindow[]; landed: number }> {
    const all = hoursOf(interval);
    if (select === 'all') return { hours: all, landed: 0 };
    const listed = await this.list(interval);
    if (select === 'missing')
      return { hours: all.filter((window) => !listed.has(window)), landed: listed.size };
    const isSelected = (manifest: Manifest): boolean =>
      select === 'rejected' ? manifest.rejected > 0 : lacksOutput(manifest, wanted);
    const selected = new Set<HourWindow>();
    // Years of manifests do not fit into memory, so only the hour is kept of each.
    await this.#readEach([...listed.keys()], ({ text, key }, window) => {
      if (isSelected(parseManifest(text, key))) selected.add(window);
    });
    const hours = all.filter((window) => selected.has(window));
    return { hours, landed: listed.size - hours.length };
  }

  /**
   * The manifests of these hours, all in memory: for the hours of a run, not of years. Hours that have not landed are
   * left out.
   * @throws ManifestUnreadable
   */
  async read(windows: readonly HourWindow[]): Promise<Map<HourWindow, Manifest>> {
    const found = new Map<HourWindow, Manifest>();
    await this.#readEach(windows, ({ text, key }, window) => {
      found.set(window, parseManifest(text, key));
    });
    return found;
  }

  /**
   * The summaries of the manifests of these hours, or why a manifest cannot be read. Hours that have not landed are
   * left out. Calls `onRead` with the number of manifests read so far.
   */
  async summarize(
    windows: readonly HourWindow[],
    onRead: (done: number) => void,
  ): Promise<Map<HourWindow, HourSummary | ManifestUnreadable>> {
    const found = new Map<HourWindow, HourSummary | ManifestUnreadable>();
    let done = 0;
    await this.#readEach(windows, (stored, window) => {
      found.set(window, summaryOrProblem(stored, window));
      onRead((done += 1));
    });
    return found;
  }

  /** How many superseded objects of each of these hours are still there. @throws as `countNotRemoved` */
  async notRemoved(windows: readonly HourWindow[]): Promise<Map<HourWindow, number>> {
    const counts = await pMap(
      windows,
      async (window) => countNotRemoved(this.#bucket, this.#prefix, window),
      { concurrency: HOURS_AT_ONCE },
    );
    return new Map(windows.map((window, index) => [window, counts[index] ?? 0]));
  }

  async #readEach(
    windows: readonly HourWindow[],
    use: (stored: StoredText, window: HourWindow) => void,
  ): Promise<void> {
    await pMap(
      windows,
      async (window) => {
        const key = manifestKey(this.#prefix, window);
        const stored = await this.#bucket.getText(key);
        if (stored !== undefined) use({ key, ...stored }, window);
      },
      { concurrency: REQUESTS_AT_ONCE },
    );
  }

  /**
   * The hours of these days, each like `2026-01-01`, for which an attempt has left an operation log, landed or not.
   * Sends one LIST for each day that has logs, and one to find these days.
   */
  async attempted(dates: readonly string[]): Promise<Set<HourWindow>> {
    if (dates.length === 0) return new Set();
    const logged = new Set(await this.#bucket.listFolders(logFolder(this.#prefix)));
    const days = dates.map((date) => dayLogFolder(this.#prefix, date)).filter((day) => logged.has(day));
    const hours = await pMap(days, (day) => this.#bucket.listFolders(day), { concurrency: REQUESTS_AT_ONCE });
    const windows = hours.flat().map((folder) => windowOfLogs(this.#prefix, folder));
    return new Set(windows.filter((window) => window !== undefined));
  }
}

function summaryOrProblem(
  { text, etag, key }: StoredText,
  window: HourWindow,
): HourSummary | ManifestUnreadable {
  try {
    return summarizeManifest(parseManifest(text, key), { window, etag, key });
  } catch (error) {
    if (error instanceof ManifestUnreadable) return error;
    throw error;
  }
}
