import { count, size, table } from '../../terminal/format.ts';
import type { Costs, Money } from './costs.ts';

const WHOLE_CENTS = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
/** Of an amount below 1 USD, three digits count: a small project costs less than a cent a day. */
const SMALL = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, maximumFractionDigits: 20 });

/** An amount of money: with cents from 1 USD on, and with three significant digits below. */
export function usd(amount: number): string {
  return amount >= 1 ? WHOLE_CENTS.format(amount) : SMALL.format(amount);
}

/** The costs as a table for people, and a line on what it does not include. */
export function costsText({ prices, requests, bytesSent, stored, ...money }: Costs): string {
  const of = (part: keyof Money): string[] =>
    [money.usd, money.usdPerHour, money.usdPerMillionEvents].map((sums) =>
      sums === null ? '-' : usd(sums[part]),
    );
  const rows = [
    ['PUT, COPY, POST, LIST requests', count(requests.put), ...of('putRequests')],
    ['GET and other requests', count(requests.get), ...of('getRequests')],
    ['DELETE requests, free', count(requests.delete)],
    ['requests together, once', count(requests.put + requests.get + requests.delete), ...of('requests')],
    ['stored, each month', size(stored.bytes), ...of('storagePerMonth')],
    ['requests and one month', '', ...of('firstMonth')],
    ['sent to the storage', size(bytesSent)],
    ['requests to Amplitude', count(requests.amplitude)],
  ];
  const header = ['costs', 'amount', 'USD', 'USD an hour', 'USD a million events'];
  return [
    table(header, rows, header.slice(1)),
    `Prices: ${prices.name}. Not included: the requests of a run's plan, of verbs such as status, and of attempts without a log.`,
  ].join('\n');
}

/** What a person should know about the logs that the costs come from, a text for each warning. */
export function costsWarnings(
  { logs, unloggedAttempts }: Costs,
  { named }: { readonly named: readonly string[] },
): string[] {
  const more = logs.unreadable > named.length ? `, and ${count(logs.unreadable - named.length)} more` : '';
  return [
    ...(logs.unreadable > 0
      ? [
          `${count(logs.unreadable)} objects among the operation logs cannot be read as logs, so the costs lack their requests: ${named.join(', ')}${more}`,
        ]
      : []),
    ...(logs.uncounted > 0
      ? [
          `${count(logs.uncounted)} operation logs are of a version that did not count requests, so the costs lack these`,
        ]
      : []),
    ...(unloggedAttempts > 0
      ? [`${count(unloggedAttempts)} attempts left no operation log, so the costs lack their requests`]
      : []),
  ];
}
