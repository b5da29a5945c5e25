import type { HourSummary } from '../../bronze/hour-summary.ts';
import type { Ledger } from '../../bronze/ledger.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { comparedHours, ledgerFigures, listedInterval, type LedgerFigures } from './ledger-figures.ts';

/**
 * Makes a function that reads the figures of the ledger up to a due hour: one LIST, and a GET for each manifest of the
 * compared hours that it has not read before. It throws the typed errors of storage-errors.ts. An unreadable manifest
 * counts as landed.
 */
export function observeLedger(ledger: Ledger): (newestDue: HourWindow) => Promise<LedgerFigures> {
  let known: ReadonlyMap<HourWindow, HourSummary> = new Map();
  return async (newestDue) => {
    const landed = await ledger.list(listedInterval(newestDue));
    const compared = comparedHours(newestDue).filter((window) => landed.has(window));
    const unknown = compared.filter((window) => known.get(window)?.etag !== landed.get(window)?.etag);
    const read = await ledger.summarize(unknown, () => undefined);
    const all = new Map(known);
    for (const [window, found] of read) if (!(found instanceof Error)) all.set(window, found);
    // Hours that are no longer compared are forgotten.
    const isCompared = new Set(compared);
    known = new Map([...all].filter(([window]) => isCompared.has(window)));
    const events = new Map([...known].map(([window, summary]) => [window, summary.events]));
    return ledgerFigures(newestDue, new Set(landed.keys()), events);
  };
}
