import type { Bucket } from '../../../bronze/bucket.ts';
import { InputInvalid } from '../../../core/interval.ts';
import { print } from '../../terminal/print.ts';
import type { ReadStatus } from '../read-status.ts';
import type { Costs } from './costs.ts';
import type { Prices } from './prices.ts';

// What `status` does for --costs. The rest of this folder is loaded only then: `status` starts fast without it.

/** The options of `status` about costs; `prices` is a file. */
export interface CostsOptions {
  readonly costs?: boolean;
  readonly prices?: string;
}

/** The prices to compute with; undefined without --costs. @throws InputInvalid */
export async function pricesFor({ costs = false, prices }: CostsOptions): Promise<Prices | undefined> {
  if (!costs && prices !== undefined) throw new InputInvalid('--prices needs --costs');
  return costs ? (await import('./prices.ts')).readPrices(prices) : undefined;
}

/** Reads what the hours of a status cost; undefined without prices. @throws the typed errors of storage-errors.ts */
export async function costsFor(
  prices: Prices | undefined,
  bucket: Bucket,
  prefix: string,
  status: ReadStatus,
): Promise<Costs | undefined> {
  if (prices === undefined) return undefined;
  return (await import('./read-costs.ts')).readCosts(bucket, prefix, status, prices);
}

/** Prints the costs, if there are any, below an empty line. */
export async function printCosts(costs: Costs | undefined): Promise<void> {
  if (costs === undefined) return;
  const { costsText } = await import('./costs-text.ts');
  print('', ...costsText(costs).split('\n'));
}
