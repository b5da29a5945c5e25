import { table } from '../../client/terminal/format.ts';
import { reasonOf, verdictOn, type FaultRow } from '../faults/fault-table.ts';

/** A scenario: the audit of its hours, and what the backfill took. */
export interface ClusterRow extends FaultRow {
  /** From the start of the backfill to its end, by the clock. */
  readonly seconds: number;
  /** CPU time of the workers, in ms; NaN when it was not measured. */
  readonly workersCpuMs: number;
  /** CPU time of Temporal and its database; NaN when it was not measured. */
  readonly serversCpuMs: number;
}

/** The figures of a backfill that did not end. */
export const NO_FIGURES = { seconds: 0, workersCpuMs: Number.NaN, serversCpuMs: Number.NaN };

const HEADER = [
  'scenario',
  'hours',
  'seconds',
  'hours/s',
  'CPU ms an hour: workers',
  'servers',
  'events',
  'lost',
  'duplicated',
  'left over',
] as const;

/** The scenarios as a table; the last column says how each ended. */
export function clusterTable(rows: readonly ClusterRow[]): string {
  const cells = rows.map((row) => {
    const { fault, hours, seconds, workersCpuMs, serversCpuMs, events, lost, duplicated, leftOver } = row;
    return [
      fault,
      String(hours),
      seconds.toFixed(0),
      seconds > 0 ? (hours / seconds).toFixed(1) : '-',
      ...[workersCpuMs, serversCpuMs].map((cpuMs) =>
        Number.isNaN(cpuMs) || hours === 0 ? '-' : (cpuMs / hours).toFixed(0),
      ),
      ...[events, lost, duplicated, leftOver].map((count) => count.toLocaleString('en')),
      `${verdictOn(row)}${reasonOf(row)}`,
    ];
  });
  return table([...HEADER, 'outcome'], cells, HEADER.slice(1));
}
