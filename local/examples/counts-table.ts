import { count, table } from '../../client/terminal/format.ts';
import type { ExampleCount } from './example.ts';

/** A count of an example, or `failed` for an example that ended with an error. */
export type ExampleResult = { readonly example: string } & (ExampleCount | { readonly failed: true });

/** Whether no example failed and every count is that of the ledger; false without any count. */
export function allEqual(results: readonly ExampleResult[]): boolean {
  return results.length > 0 && results.every((result) => !('failed' in result) && isEqual(result));
}

function isEqual({ counted, ledger }: ExampleCount): boolean {
  return counted === ledger;
}

/** The results as a table for people. */
export function countsTable(results: readonly ExampleResult[]): string {
  const rows = results.map((result) =>
    'failed' in result
      ? [result.example, 'FAILED', '', '', 'NO']
      : [
          result.example,
          result.what,
          count(result.counted),
          count(result.ledger),
          isEqual(result) ? 'yes' : 'NO',
        ],
  );
  return table(['example', 'what', 'counted', 'ledger', 'equal'], rows, ['counted', 'ledger']);
}
