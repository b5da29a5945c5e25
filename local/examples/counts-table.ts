import { count, table } from '../../client/terminal/format.ts';
import type { ExampleCount } from './example.ts';

/** A count, and the example that it is of. */
export interface NamedCount extends ExampleCount {
  readonly example: string;
}

/** Whether every count is that of the ledger; false without any count. */
export function allEqual(counts: readonly ExampleCount[]): boolean {
  return counts.length > 0 && counts.every(({ counted, ledger }) => counted === ledger);
}

/** The counts as a table for people. */
export function countsTable(counts: readonly NamedCount[]): string {
  const rows = counts.map(({ example, what, counted, ledger }) => [
    example,
    what,
    count(counted),
    count(ledger),
    counted === ledger ? 'yes' : 'NO',
  ]);
  return table(['example', 'what', 'counted', 'ledger', 'equal'], rows, ['counted', 'ledger']);
}
