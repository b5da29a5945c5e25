import { expect, it } from 'vitest';
import { allEqual, countsTable } from '../../../local/examples/counts-table.ts';

const failed = { example: 'dbt', failed: true } as const;
const counts = [
  { example: 'dbt', what: 'events', counted: 44_508, ledger: 44_508 },
  { example: 'sql', what: 'hours', counted: 23, ledger: 24 },
];

it('shows each count beside that of the ledger', () => {
  expect(countsTable([...counts, failed]).split('\n')).toEqual([
    'example  what    counted  ledger  equal',
    'dbt      events   44,508  44,508  yes',
    'sql      hours        23      24  NO',
    'dbt      FAILED                   NO',
  ]);
});

it('counts are equal only if all are, there are some, and no example failed', () => {
  expect(allEqual(counts)).toBe(false);
  expect(allEqual(counts.slice(0, 1))).toBe(true);
  expect(allEqual([...counts.slice(0, 1), failed])).toBe(false);
  expect(allEqual([])).toBe(false);
});
