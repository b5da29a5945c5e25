import { table } from '../../client/terminal/format.ts';
import { reasonOf, verdictOn, type FaultRow } from '../faults/fault-table.ts';

/** What a backfill took. */
export interface Figures {
  /** From the start of the backfill to its end, by the clock. */
  readonly seconds: number;
  /** CPU time of the workers, in ms; NaN when it was not measured. */
  readonly workersCpuMs: number;
  /** CPU time of Temporal and its database; NaN when it was not measured. */
  readonly serversCpuMs: number;
  /** Events in the histories of all its runs; NaN when it did not end. */
  readonly historyEvents: number;
  /** What Temporal's databases grew by, in bytes, without the write-ahead log; NaN when it was not measured. */
  readonly databaseBytes: number;
}

/** A scenario: the audit of its hours, and what the backfill took. */
export type ClusterRow = FaultRow & Figures;

/** The figures of a backfill that did not end. */
export const NO_FIGURES: Figures = {
  seconds: 0,
  workersCpuMs: Number.NaN,
  serversCpuMs: Number.NaN,
  historyEvents: Number.NaN,
  databaseBytes: Number.NaN,
};

const HEADER = [
  'scenario',
  'hours',
  'seconds',
  'hours/s',
  'CPU ms an hour: workers',
  'servers',
  'history events an hour',
  'database KiB an hour',
  'events',
  'lost',
  'duplicated',
  'left over',
] as const;

/** The scenarios as a table; the last column says how each ended. */
export function clusterTable(rows: readonly ClusterRow[]): string {
  const cells = rows.map((row) => {
    const { fault, hours, seconds, workersCpuMs, serversCpuMs, historyEvents, databaseBytes } = row;
    const { events, lost, duplicated, leftOver } = row;
    return [
      fault,
      String(hours),
      seconds.toFixed(0),
      seconds > 0 ? (hours / seconds).toFixed(1) : '-',
      ...[workersCpuMs, serversCpuMs, historyEvents, databaseBytes / 1024].map((sum) =>
        Number.isNaN(sum) || hours === 0 ? '-' : (sum / hours).toFixed(0),
      ),
      ...[events, lost, duplicated, leftOver].map((count) => count.toLocaleString('en')),
      `${verdictOn(row)}${reasonOf(row)}`,
    ];
  });
  return table([...HEADER, 'outcome'], cells, HEADER.slice(1));
}
