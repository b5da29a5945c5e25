import { writeFile } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import type { Bucket } from '../bronze/bucket.ts';
import { duration } from '../config/readers.ts';
import { clientSettings, type ClientSettings } from '../config/settings.ts';
import { ExportError, messageOf } from '../core/errors.ts';
import { hourWindowAt, type HourWindow } from '../core/hour-window.ts';
import { InputInvalid, type Interval } from '../core/interval.ts';
import { LiveLine } from './terminal/live-line.ts';
import { costsFor, pricesFor, printCosts, type CostsOptions } from './status/costs/costs-option.ts';
import type { Costs } from './status/costs/costs.ts';
import type { LedgerStatus } from './status/ledger-status.ts';
import type { ReadStatus } from './status/read-status.ts';
import { readRange } from './terminal/time-range.ts';
import { printAside, printJson, printPainted } from './terminal/print.ts';

interface StatusOptions extends CostsOptions {
  readonly from: string;
  readonly to?: string;
  /** In milliseconds. */
  readonly maxLag?: number;
  readonly notify?: boolean;
  readonly html?: string;
  readonly json?: boolean;
}

const YEAR_HOURS = 8784;
const SHOWN_EVERY = 1000;

/** `amplitude-export status`: shows which hours of a range have landed. */
export function addStatus(program: Command): void {
  program
    .command('status')
    .description('show which hours have landed, what is in them, and how fresh they are')
    .requiredOption('--from <day or hour>', 'first day (2026-01-01) or hour (2026-01-01T05), UTC')
    .option('--to <day or hour>', 'last day or hour, included; may be in the future (default: this hour)')
    .option('--max-lag <duration>', 'fail when the newest landed hour is further behind than this', maxLag)
    .option('--notify', 'also send the reason of exit code 1 to ALERT_WEBHOOK_URL')
    .option('--html <file>', 'also write a page for a browser')
    .option('--costs', 'also say what the hours cost: reads all their operation logs')
    .option('--prices <file>', 'JSON file with the prices for --costs (default: list prices of AWS S3)')
    .option('--json', 'print the status as JSON')
    .addHelpText(
      'after',
      `
The lag is the newest due hour of the range minus its newest landed hour. An hour is due HOUR_DUE_AFTER after its
start. When the lag is over --max-lag, the exit code is 1, and the message names the due hours that have not landed. An
older gap is not a lag; --json counts its hours in counts.missing and counts.failed. Leave out --to in a permanent
alert: hours after --to do not count, so the exit code is 2 as soon as one of them is due.

--costs adds up the requests and the storage of the range, and sends one GET for each operation log: about three
for each hour. docs/ledger.md says what it counts, and shows a file for --prices.

An unreadable manifest also makes the exit code 1, after all other hours have been shown.

With --notify, a lag over --max-lag, an unreadable manifest, or a bucket that cannot be read is also sent to the webhook,
at every call. If the webhook does not take it, a warning on stderr says so.

Example:
  amplitude-export status --from 2026-01-01 --to 2026-12-31 --html status.html
  amplitude-export status --from 2026-01-01 --max-lag 6h >/dev/null
  amplitude-export status --from 2026-01-01 --max-lag 6h --notify >/dev/null
  amplitude-export status --from 2026-01-01 --to 2026-01-31 --costs`,
    )
    .action(status);
}

async function status(options: StatusOptions): Promise<void> {
  const { from, to, maxLag: maxLagMs, notify = false } = options;
  const now = Date.now();
  const interval = readRange(from, to ?? hourWindowAt(now));
  const settings = clientSettings(process.env);
  const [{ refuseEnded, refuseLag, refuseUnreadable }, { newestDueHour }] = await Promise.all([
    import('./status/alerts.ts'),
    import('./status/ledger-status.ts'),
  ]);
  const notifier = notify ? (await import('./status/notify.ts')).notifierOf(settings, interval) : undefined;
  const newestDue = newestDueHour(now, settings.hourDueAfterMs);
  if (maxLagMs !== undefined) refuseEnded(interval, newestDue);
  const prices = await pricesFor(options);
  let found: ReadStatus | undefined;
  try {
    const { openBucket } = await import('../bronze/connect.ts');
    const opened = await openBucket(settings.bucket);
    found = await readLedger(opened, interval, newestDue, settings);
    const costs = await costsFor(prices, opened, settings.bucket.prefix, found);
    await show(found, costs, options, settings);
    if (maxLagMs !== undefined) refuseLag(found, maxLagMs);
    refuseUnreadable(found);
  } catch (error) {
    if (error instanceof ExportError && !(error instanceof InputInvalid)) await notifier?.(error, found);
    throw error;
  }
}

async function show(
  found: ReadStatus,
  costs: Costs | undefined,
  { html, json = false }: StatusOptions,
  settings: ClientSettings,
): Promise<void> {
  if (html !== undefined) await writePage(html, found, settings);
  const [{ statusJson }, { painterFor, statusText }] = await Promise.all([
    import('./status/status-json.ts'),
    import('./status/status-text.ts'),
  ]);
  if (json) printJson(statusJson(found, costs));
  else {
    printPainted(statusText(found, painterFor(process.stdout)));
    await printCosts(costs);
  }
}

async function readLedger(
  opened: Bucket,
  interval: Interval,
  newestDue: HourWindow,
  settings: ClientSettings,
): Promise<ReadStatus> {
  const [{ ownEndpoint }, { Ledger }, { readStatus }, { SummaryCache }] = await Promise.all([
    import('../bronze/bucket-address.ts'),
    import('../bronze/ledger.ts'),
    import('./status/read-status.ts'),
    import('./status/summary-cache.ts'),
  ]);
  const { bucket, prefix } = settings.bucket;
  const ledger = new Ledger(opened, prefix);
  const endpoint = (await ownEndpoint(opened.client)) ?? '';
  const cache = new SummaryCache({ endpoint, bucket, prefix });
  const line = new LiveLine();
  try {
    return await readStatus(interval, ledger, cache, newestDue, {
      onRead: (done, all) => {
        if (done % SHOWN_EVERY === 0) line.show(`read ${done} of ${all} manifests`);
      },
      onWarning: (text) => printAside(`warning: ${text}`),
    });
  } finally {
    line.end();
  }
}

async function writePage(file: string, found: LedgerStatus, settings: ClientSettings): Promise<void> {
  const { statusPage } = await import('./status/page/status-page.ts');
  const page = statusPage(found, {
    ledger: `${settings.bucket.bucket}/${settings.bucket.prefix}`,
    madeAt: new Date(),
    temporalUiUrl: settings.temporalUiUrl,
    namespace: settings.temporal.namespace,
  });
  try {
    await writeFile(file, page);
  } catch (error) {
    throw new InputInvalid(`--html ${file} cannot be written (${messageOf(error)})`);
  }
}

function maxLag(text: string): number {
  const reading = duration(YEAR_HOURS)(text);
  if (!reading.ok) throw new InvalidArgumentError(reading.problem);
  return reading.value;
}
