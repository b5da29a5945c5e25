import { NOTHING, type Audit } from './audit.ts';

/** One kind of fault, how often it struck, and what became of the hours that it struck. */
export interface FaultRow extends Audit {
  readonly fault: string;
  readonly injected: number;
  /** What else was to happen and did not, in words. */
  readonly problem?: string;
}

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

/** True when the fault struck, and nothing is lost, duplicated or left over, and every hour has its manifest. */
export function isClean(row: FaultRow): boolean {
  return (
    row.injected > 0 &&
    row.lost === 0 &&
    row.duplicated === 0 &&
    row.leftOver === 0 &&
    row.manifests === row.hours &&
    row.problem === undefined
  );
}

/** The row for a group that could not go on to its end. */
export function failedGroup(group: string, problem: string): FaultRow {
  return { fault: `${group}, what is left of it`, injected: 0, ...NOTHING, problem };
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
  if (row === undefined || isClean(row)) return '';
  return `  <- NOT CLEAN${row.problem === undefined ? '' : `: ${row.problem}`}`;
}
