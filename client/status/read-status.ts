import type { HourSummary } from '../../bronze/hour-summary.ts';
import type { Ledger } from '../../bronze/ledger.ts';
import { dateAndHour, type HourWindow } from '../../core/hour-window.ts';
import { hoursOf, type Interval } from '../../core/interval.ts';
import { messageOf } from '../../core/errors.ts';
import { ledgerStatus, type LedgerStatus } from './ledger-status.ts';
import type { SummaryCache } from './summary-cache.ts';

/** Receives the progress, and warnings of harmless failures. */
export interface StatusObserver {
  /** `done` of the `all` manifests that are new or have changed have been read. */
  readonly onRead: (done: number, all: number) => void;
  readonly onWarning: (text: string) => void;
}

/** The status of an interval, and the total size of its manifests. */
export interface ReadStatus extends LedgerStatus {
  readonly manifestBytes: number;
}

/**
 * Reads the status of an interval. It lists the manifests, reads those that are not in the cache, counts superseded
 * objects that are still there, and looks for operation logs on days with missing hours.
 * @throws the typed errors of storage-errors.ts
 */
export async function readStatus(
  interval: Interval,
  ledger: Ledger,
  cache: SummaryCache,
  newestDue: HourWindow,
  observer: StatusObserver,
): Promise<ReadStatus> {
  const [listed, kept] = await Promise.all([ledger.list(interval), cache.read()]);
  const known = new Map([...listed].flatMap(([window, { etag }]) => upToDate(kept.get(window), etag)));
  const unknown = [...listed.keys()].filter((window) => !known.has(window));
  const summarized = await ledger.summarize(unknown, (done) => observer.onRead(done, unknown.length));
  const read = new Map([
    ...summarized,
    ...(await countNotRemoved(ledger, [...known.values(), ...summarized.values()])),
  ]);
  const manifests = new Map([...known, ...read]);

  const lacking = hoursOf(interval).filter((window) => window <= newestDue && !manifests.has(window));
  const lackingDates = new Set(lacking.map((window) => dateAndHour(window).date));
  const [attempted] = await Promise.all([
    ledger.attempted([...lackingDates]),
    keep(cache, kept, read, observer),
  ]);
  const manifestBytes = [...listed.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  return { ...ledgerStatus(interval, { manifests, attempted, newestDue }), manifestBytes };
}

/**
 * The summaries of hours with superseded objects, and how many of these are still there. Hours that are known to have
 * none are left out.
 */
async function countNotRemoved(
  ledger: Ledger,
  found: readonly (HourSummary | Error)[],
): Promise<Map<HourWindow, HourSummary>> {
  const summaries = found.flatMap((hour) => (hour instanceof Error || hour.notRemoved === 0 ? [] : [hour]));
  const left = await ledger.notRemoved(summaries.map(({ window }) => window));
  return new Map(
    summaries.map((hour) => [hour.window, { ...hour, notRemoved: left.get(hour.window) ?? null }]),
  );
}

function upToDate(summary: HourSummary | undefined, etag: string): [HourWindow, HourSummary][] {
  return summary?.etag === etag ? [[summary.window, summary]] : [];
}

/**
 * Adds the summaries that were read to the cache. If that fails, the answer is still right: only the next status takes
 * longer.
 */
async function keep(
  cache: SummaryCache,
  kept: ReadonlyMap<HourWindow, HourSummary>,
  read: ReadonlyMap<HourWindow, HourSummary | Error>,
  observer: StatusObserver,
): Promise<void> {
  const fresh = [...read].flatMap(([window, found]): [HourWindow, HourSummary][] =>
    found instanceof Error ? [] : [[window, found]],
  );
  if (fresh.length === 0) return;
  try {
    await cache.write(new Map([...kept, ...fresh]));
  } catch (error) {
    observer.onWarning(
      `the cache ${cache.file} could not be written, so the next status reads these manifests again (${messageOf(error)})`,
    );
  }
}
