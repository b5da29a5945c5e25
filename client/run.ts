import type { Command } from 'commander';
import { clientSettings } from '../config/settings.ts';
import { typedTemporalError } from '../config/temporal.ts';
import { ExportError } from '../core/errors.ts';
import { hoursOf } from '../core/interval.ts';
import { hourRows, hourTable } from './hour-table.ts';
import { readRange } from './time-range.ts';

/** A run is done, and yet its hours are not in the bucket that was looked at. */
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
    .requiredOption('--to <day or hour>', 'last day or hour, included')
    .option('--reprocess', 'export hours that have landed, too; unchanged ones stay as they are')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  amplitude-export run --from 2026-01-01 --to 2026-01-01')
    .action(run);
}

async function run({ from, to, reprocess = false, json = false }: RunOptions): Promise<void> {
  const interval = readRange(from, to);
  const settings = clientSettings(process.env);
  const [{ openBucket }, { Ledger }, { openClient }, { followRun }, { startRun }] = await Promise.all([
    import('../bronze/connect.ts'),
    import('../bronze/ledger.ts'),
    import('./open-client.ts'),
    import('./follow-run.ts'),
    import('./start-run.ts'),
  ]);
  const opened = await openClient(settings.temporal);
  try {
    const handle = await startRun(opened.client, settings.taskQueue, { ...interval, reprocess });
    const stopLooking = (): void => leave(handle.workflowId);
    process.once('SIGINT', stopLooking);
    const progress = await followRun(opened.client, handle, settings.taskQueue);
    process.off('SIGINT', stopLooking);
    const windows = hoursOf(interval);
    const { bucket } = settings;
    const hours = hourRows(windows, await new Ledger(openBucket(bucket), bucket.prefix).read(windows));
    console.log(json ? JSON.stringify({ workflowId: handle.workflowId, progress, hours }) : hourTable(hours));
    if (hours.some(({ status }) => status === 'missing')) {
      throw new LandedElsewhere(
        `the run is done, but hours are missing in ${bucket.bucket}/${bucket.prefix}: its worker uses another AWS_BUCKET_NAME or S3_PREFIX`,
      );
    }
  } catch (error) {
    throw typedTemporalError(error, settings.temporal);
  } finally {
    await opened.close();
  }
}

/** Ctrl-C stops the looking, not the run. */
function leave(workflowId: string): void {
  console.error(`
The run goes on. To follow it again, give the same command; to stop it:
  npm run temporal -- workflow cancel --workflow-id ${workflowId}`);
  process.exit(130);
}
