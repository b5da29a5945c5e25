import { describe, expect, it } from 'vitest';
import { clusterTable, NO_FIGURES, type ClusterRow } from './cluster-table.ts';

const row: ClusterRow = {
  fault: 'a worker killed',
  injected: 1,
  hours: 168,
  events: 1234,
  lost: 0,
  duplicated: 0,
  manifests: 168,
  leftOver: 0,
  seconds: 84,
  workersCpuMs: 168 * 90.4,
  serversCpuMs: 168 * 30,
  historyEvents: 168 * 20.2,
  databaseBytes: 168 * 45 * 1024,
};

/** The cells of the table's only row. */
function cellsOf(change: Partial<ClusterRow>): string[] {
  return (clusterTable([{ ...row, ...change }]).split('\n')[1] ?? '').split(/ {2,}/);
}

describe('the table of the cluster suite', () => {
  it('says hours a second, what an hour costs, and the outcome', () => {
    expect(cellsOf({})).toEqual([
      'a worker killed',
      '168',
      '84',
      '2.0',
      '90',
      '30',
      '20',
      '45',
      '1,234',
      '0',
      '0',
      '0',
      'clean',
    ]);
  });

  it('has no figure where none was measured', () => {
    expect(cellsOf(NO_FIGURES).slice(3, 8)).toEqual(['-', '-', '-', '-', '-']);
    const broken = cellsOf({ hours: 0, manifests: 0, problem: 'it broke' });
    expect(broken.slice(3, 8)).toEqual(['0.0', '-', '-', '-', '-']);
  });

  it('says what was not clean, and what could not run', () => {
    expect(cellsOf({ lost: 2 }).at(-1)).toBe('NOT CLEAN');
    expect(cellsOf({ problem: 'it broke' }).at(-1)).toBe('NOT CLEAN: it broke');
    expect(cellsOf({ injected: 0 }).at(-1)).toBe('COULD NOT RUN: the fault did not happen');
  });
});
