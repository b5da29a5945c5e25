import { messageOf } from '../../core/errors.ts';
import { NOTHING, type Audit } from './audit.ts';

/** One kind of fault, how often it happened, and the audit of the hours that it hit. */
export interface FaultRow extends Audit {
  readonly fault: string;
  readonly injected: number;
  /** Another expectation that did not hold, in words. */
  readonly problem?: string;
  /** Why this fault could not run, in words, such as a worker that did not start. */
  readonly couldNotRun?: string;
}

/** The target of a fault, such as a worker, did not start. */
export class CouldNotRun extends Error {}

/** The result of a fault. COULD NOT RUN: nothing was proved. */
export type Verdict = 'clean' | 'NOT CLEAN' | 'COULD NOT RUN';

const COLUMNS = [
  'fault',
  'injected',
  'hours',
  'events',
  'lost',
  'duplicated',
  'manifests',
  'left over',
] as const;

/** Clean: the fault happened, nothing is lost, duplicated or left over, and every hour has its manifest. */
export function verdictOn(row: FaultRow): Verdict {
  if (row.couldNotRun !== undefined) return 'COULD NOT RUN';
  const isWhole = row.lost === 0 && row.duplicated === 0 && row.leftOver === 0 && row.manifests === row.hours;
  if (!isWhole || row.problem !== undefined) return 'NOT CLEAN';
  return row.injected > 0 ? 'clean' : 'COULD NOT RUN';
}

/** The reason of a row's verdict, after a colon; empty when the numbers are the reason. */
export function reasonOf(row: FaultRow): string {
  const neverHappened = verdictOn(row) === 'COULD NOT RUN' ? 'the fault did not happen' : undefined;
  const reason = row.couldNotRun ?? row.problem ?? neverHappened;
  return reason === undefined ? '' : `: ${reason}`;
}

/** The row for a fault that could not run. */
export function couldNotRun(fault: string, why: string): FaultRow {
  return { fault, injected: 0, ...NOTHING, couldNotRun: why };
}

/** The row for a group that failed before its end. */
export function failedGroup(group: string, error: unknown): FaultRow {
  const fault = `${group}, the rest of the group`;
  const why = messageOf(error);
  if (error instanceof CouldNotRun) return couldNotRun(fault, why);
  return { fault, injected: 0, ...NOTHING, problem: why };
}

/** The rows as a table with their sums below; rows that are not clean are marked. */
export function faultTable(rows: readonly FaultRow[]): string {
  const sum = (name: 'injected' | keyof Audit): number => rows.reduce((total, row) => total + row[name], 0);
  const total: FaultRow = {
    fault: 'all',
    injected: sum('injected'),
    hours: sum('hours'),
    events: sum('events'),
    lost: sum('lost'),
    duplicated: sum('duplicated'),
    manifests: sum('manifests'),
    leftOver: sum('leftOver'),
  };
  const lines = [[...COLUMNS], ...[...rows, total].map(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    ),
  );
  return text.map((cells, index) => `${cells.join('  ')}${noteOn(rows[index - 1])}`).join('\n');
}

function cellsOf(row: FaultRow): string[] {
  const { fault, injected, hours, events, lost, duplicated, manifests, leftOver } = row;
  return [
    fault,
    ...[injected, hours, events, lost, duplicated, manifests, leftOver].map((count) =>
      count.toLocaleString('en'),
    ),
  ];
}

function noteOn(row: FaultRow | undefined): string {
  if (row === undefined || verdictOn(row) === 'clean') return '';
  return `  <- ${verdictOn(row)}${reasonOf(row)}`;
}
