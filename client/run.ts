import type { Command } from 'commander';
import { clientSettings } from '../config/settings.ts';
import { ExportError } from '../core/errors.ts';
import { hourCount, hoursOf, MAX_INTERVAL_HOURS } from '../core/interval.ts';
import { hourRows, hourTable } from './terminal/hour-table.ts';
import { followUntilCtrlC } from './runs/follow-until-ctrl-c.ts';
import { readRange } from './terminal/time-range.ts';
import { warnOfLines } from './terminal/warn-lines.ts';
import { warnOfNotRemoved } from './terminal/warn-not-removed.ts';
import { print, printJson } from './terminal/print.ts';

/** A run is done, but its hours are not in the bucket of the command line. */
class LandedElsewhere extends ExportError {
  readonly type = 'LandedElsewhere';
}

interface RunOptions {
  readonly from: string;
  readonly to: string;
  readonly reprocess?: boolean;
  readonly json?: boolean;
}

/** `amplitude-export run`: exports a range of hours and follows the run to its end. */
export function addRun(program: Command): void {
  program
    .command('run')
    .description('export a range of hours, skipping those that have landed')
    .requiredOption('--from <day or hour>', 'first day (2026-01-01) or hour (2026-01-01T05), UTC')
    .requiredOption('--to <day or hour>', 'last day or hour, included; over 168 hours become a backfill')
    .option('--reprocess', 'also export hours that have landed; unchanged hours stay as they are')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  amplitude-export run --from 2026-01-01 --to 2026-01-01')
    .action(run);
}

async function run({ from, to, reprocess = false, json = false }: RunOptions): Promise<void> {
  const interval = readRange(from, to);
  const settings = clientSettings(process.env);
  if (hourCount(interval) > MAX_INTERVAL_HOURS) {
    const { runBackfill } = await import('./backfill/run-backfill.ts');
    const { hourConcurrency: concurrency } = settings;
    await runBackfill(settings, { ...interval, mode: reprocess ? 'all' : 'missing', concurrency }, { json });
    return;
  }
  const [{ openBucket }, { Ledger }, { followRun }, { startRun }, { withClient }] = await Promise.all([
    import('../bronze/connect.ts'),
    import('../bronze/ledger.ts'),
    import('./runs/follow-run.ts'),
    import('./runs/start-run.ts'),
    import('./runs/with-client.ts'),
  ]);
  const { bucket, taskQueue, temporal } = settings;
  await withClient(temporal, async (client) => {
    const handle = await startRun(client, taskQueue, { ...interval, reprocess });
    const { workflowId } = handle;
    const progress = await followUntilCtrlC(workflowId, () => followRun(client, handle, taskQueue));
    const windows = hoursOf(interval);
    const hours = hourRows(windows, await new Ledger(await openBucket(bucket), bucket.prefix).read(windows));
    if (json) printJson({ workflowId, progress, hours });
    else print(...hourTable(hours).split('\n'));
    if (hours.some(({ status }) => status === 'missing')) {
      throw new LandedElsewhere(
        `the run is done, but hours are missing in ${bucket.bucket}/${bucket.prefix}: its worker uses another bucket`,
      );
    }
    const rejected = hours.reduce((sum, hour) => sum + hour.rejected, 0);
    const counted = hours.reduce((sum, hour) => sum + (hour.outsideWindow ?? 0), 0);
    // Manifests of older versions do not have this count. A run that exports their hours again has it.
    const outsideWindow = Math.max(counted, progress.outsideWindow ?? 0);
    warnOfLines({ rejected, outsideWindow }, interval, bucket);
    warnOfNotRemoved(progress.notRemoved);
  });
}
