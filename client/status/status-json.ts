import type { Costs } from './costs/costs.ts';
import type { LedgerStatus } from './ledger-status.ts';

const NOTHING = { events: 0, rejected: 0, outsideWindow: 0, bytes: 0, files: 0, notRemoved: 0, status: '' };

/**
 * The status for programs, with `costs` if they were asked for. An hour that has not landed has zeros; an unreadable one
 * has a `problem`.
 */
export function statusJson(status: LedgerStatus, costs?: Costs) {
  const { interval, hours, counts, events, rejected, outsideWindow, bytes, notRemoved, freshness } = status;
  return {
    from: interval.start,
    to: interval.end,
    counts,
    events,
    rejected,
    outsideWindow,
    bytes,
    notRemoved,
    freshness,
    ...(costs && { costs }),
    hours: hours.map(({ window, state, summary, problem }) => {
      const { status: _, ...landed } = summary ?? NOTHING;
      return { window, state, ...landed, ...(problem !== undefined && { problem }) };
    }),
  };
}
