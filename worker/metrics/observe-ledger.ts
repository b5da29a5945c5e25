import type { Ledger } from '../../bronze/ledger.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { comparedHours, ledgerFigures, listedInterval, type LedgerFigures } from './ledger-figures.ts';

/**
 * Makes a function that reads the figures of the ledger up to a due hour: one LIST, and a GET for each manifest of the
 * compared hours that it has not read before. It throws the typed errors of storage-errors.ts. An unreadable manifest
 * counts as landed.
 */
export function observeLedger(ledger: Ledger): (newestDue: HourWindow) => Promise<LedgerFigures> {
  let known = new Map<HourWindow, { readonly etag: string; readonly events: number }>();
  return async (newestDue) => {
    const landed = await ledger.list(listedInterval(newestDue));
    const compared = comparedHours(newestDue).flatMap((window) => {
      const etag = landed.get(window);
      return etag === undefined ? [] : [[window, etag] as const];
    });
    const unknown = compared.filter(([window, etag]) => known.get(window)?.etag !== etag);
    const read = await ledger.summarize(
      unknown.map(([window]) => window),
      () => undefined,
    );
    const summaries = [...read.values()].flatMap((found) => (found instanceof Error ? [] : [found]));
    const all = new Map([...known, ...summaries.map((summary) => [summary.window, summary] as const)]);
    // Hours that are no longer compared are forgotten.
    known = new Map(compared.flatMap(([window]) => entryOf(all, window)));
    const events = new Map([...known].map(([window, one]) => [window, one.events]));
    return ledgerFigures(newestDue, new Set(landed.keys()), events);
  };
}

function entryOf<K, V extends { readonly etag: string; readonly events: number }>(
  all: ReadonlyMap<K, V>,
  key: K,
): [K, { readonly etag: string; readonly events: number }][] {
  const found = all.get(key);
  return found === undefined ? [] : [[key, { etag: found.etag, events: found.events }]];
}
