import { Option, type Command } from 'commander';
import { clientSettings } from '../config/settings.ts';
import { hourSelections, type HourSelection } from '../core/hour-selection.ts';
import { refuseLongBackfill, type Interval } from '../core/interval.ts';
import { addBackfillControl } from './backfill/control.ts';
import { count } from './terminal/format.ts';
import { wholeNumber } from './terminal/option-values.ts';
import { readRange } from './terminal/time-range.ts';
import { print, printJson } from './terminal/print.ts';

interface BackfillOptions {
  readonly from?: string;
  readonly to?: string;
  readonly mode: HourSelection;
  readonly concurrency?: number;
  readonly newestFirst?: boolean;
  readonly dryRun?: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `amplitude-export backfill`: exports the missing hours of a range of any length. */
export function addBackfill(program: Command): void {
  const backfill = program
    .command('backfill')
    .description('export the missing hours of months or years')
    // Not declared as required: `backfill control` would then need them too.
    .option('--from <day or hour>', 'first day (2026-01-01) or hour (2026-01-01T05), UTC; required')
    .option('--to <day or hour>', 'last day or hour, included; required')
    .addOption(
      new Option(
        '--mode <which>',
        'missing hours, landed hours with rejected lines, landed hours that lack one of OUTPUTS (made from their raw archives), or all hours (unchanged hours stay as they are)',
      )
        .choices(hourSelections)
        .default('missing'),
    )
    .option(
      '--concurrency <hours>',
      'hours in flight at once (default: HOUR_CONCURRENCY)',
      wholeNumber(1, 1000),
    )
    .option('--newest-first', 'begin with the newest day')
    .option('--dry-run', 'print the hours to export, and start nothing')
    .option('--detach', 'start the backfill and print how to watch it, instead of following it')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  amplitude-export backfill --from 2025-01-01 --to 2025-12-31 --concurrency 8 --newest-first',
    )
    .action(run);
  addBackfillControl(backfill);
}

async function run(options: BackfillOptions, command: Command): Promise<void> {
  const { from, to, mode, newestFirst = false, dryRun = false } = options;
  if (from === undefined || to === undefined)
    command.error("error: required options '--from <day or hour>' and '--to <day or hour>' not specified");
  const interval = readRange(from, to);
  refuseLongBackfill(interval);
  const settings = clientSettings(process.env);
  if (dryRun) {
    await printPlan(settings, interval, options);
    return;
  }
  const { runBackfill } = await import('./backfill/run-backfill.ts');
  const { concurrency = settings.hourConcurrency } = options;
  await runBackfill(settings, { ...interval, mode, concurrency, newestFirst }, options);
}

async function printPlan(
  { bucket, wantedOutputs }: ReturnType<typeof clientSettings>,
  interval: Interval,
  { mode, json = false }: BackfillOptions,
): Promise<void> {
  const [{ openBucket }, { Ledger }, { groupHours }] = await Promise.all([
    import('../bronze/connect.ts'),
    import('../bronze/ledger.ts'),
    import('./terminal/group-hours.ts'),
  ]);
  const ledger = new Ledger(await openBucket(bucket), bucket.prefix);
  const { hours, landed } = await ledger.select(interval, mode, wantedOutputs);
  if (json) {
    printJson({ ...interval, mode, hours, landed });
    return;
  }
  for (const group of groupHours(hours))
    print(group.hours === 1 ? group.start : `${group.start} to ${group.end}  ${count(group.hours)} hours`);
  print(`${count(hours.length)} hours to export, ${count(landed)} already landed and skipped`);
}
