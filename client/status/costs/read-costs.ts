import type { Bucket } from '../../../bronze/bucket.ts';
import { readLoggedRequests, type LoggedRequests } from '../../../bronze/logged-requests.ts';
import { count } from '../../terminal/format.ts';
import { LiveLine } from '../../terminal/live-line.ts';
import { printAside } from '../../terminal/print.ts';
import type { ReadStatus } from '../read-status.ts';
import { costsOf, type Costs } from './costs.ts';
import { costsWarnings } from './costs-text.ts';
import type { Prices } from './prices.ts';

const SHOWN_EVERY = 100;

/**
 * Reads the operation logs of a status and computes what its hours cost. Shows the progress, and warns of logs that the
 * costs lack.
 * @throws the typed errors of storage-errors.ts
 */
export async function readCosts(
  bucket: Bucket,
  prefix: string,
  status: ReadStatus,
  prices: Prices,
): Promise<Costs> {
  const logged = await readLogs(bucket, prefix, status);
  const costs = costsOf(status, logged, prices);
  for (const text of costsWarnings(costs, logged.unreadable)) printAside(`warning: ${text}`);
  return costs;
}

async function readLogs(
  bucket: Bucket,
  prefix: string,
  { interval, hours: { length } }: ReadStatus,
): Promise<LoggedRequests> {
  const line = new LiveLine();
  try {
    return await readLoggedRequests(bucket, prefix, interval, (logs, hours) => {
      if (logs > 0 && logs % SHOWN_EVERY === 0)
        line.show(`read ${count(logs)} operation logs, ${count(hours)} of ${count(length)} hours done`);
    });
  } finally {
    line.end();
  }
}
