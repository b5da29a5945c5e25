import type { LedgerStatus } from './ledger-status.ts';

/** The status for programs; an hour that has not landed has zeros, and one that cannot be read a `problem`. */
export function statusJson({ interval, hours, counts, events, rejected, bytes, freshness }: LedgerStatus) {
  return {
    from: interval.start,
    to: interval.end,
    counts,
    events,
    rejected,
    bytes,
    freshness,
    hours: hours.map(({ window, state, summary, problem }) => {
      const { status: _, ...landed } = summary ?? { events: 0, rejected: 0, bytes: 0, files: 0, status: '' };
      return { window, state, ...landed, ...(problem !== undefined && { problem }) };
    }),
  };
}
