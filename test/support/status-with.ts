import { ManifestUnreadable } from '../../bronze/errors.ts';
import type { HourSummary } from '../../bronze/hour-summary.ts';
import type { HourState } from '../../client/status/hour-state.ts';
import { ledgerStatus, type LedgerStatus } from '../../client/status/ledger-status.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { hoursOf, parseInterval } from '../../core/interval.ts';
import { summaryOf } from './manifests.ts';

/** The outcome of an hour: a state, or the fields in which its summary differs from `summaryOf`. */
export type Outcome = HourState | Partial<HourSummary>;

/** A status in which each hour has the outcome that `outcomeOf` returns; every hour up to `newestDue` is due. */
export function statusWith(
  start: string,
  end: string,
  newestDue: string,
  outcomeOf: (window: HourWindow) => Outcome,
): LedgerStatus {
  const interval = parseInterval({ start, end });
  const manifests = new Map<HourWindow, HourSummary | ManifestUnreadable>();
  const attempted = new Set<HourWindow>();
  for (const window of hoursOf(interval)) {
    const outcome = outcomeOf(window);
    if (typeof outcome === 'object') manifests.set(window, summaryOf(window, outcome));
    else if (outcome === 'complete') manifests.set(window, summaryOf(window));
    else if (outcome === 'rejected') manifests.set(window, summaryOf(window, { rejected: 3 }));
    else if (outcome === 'outside window') manifests.set(window, summaryOf(window, { outsideWindow: 40 }));
    else if (outcome === 'empty') manifests.set(window, summaryOf(window, { events: 0 }));
    else if (outcome === 'unreadable') manifests.set(window, new ManifestUnreadable(`cannot read ${window}`));
    else if (outcome === 'failed') attempted.add(window);
  }
  return ledgerStatus(interval, { manifests, attempted, newestDue: parseHourWindow(newestDue) });
}
