import { type Command } from 'commander';
import { clientSettings } from '../config/settings.ts';
import { messageOf } from '../core/errors.ts';
import { InputInvalid } from '../core/interval.ts';
import { wholeNumber } from './option-values.ts';

interface ControlOptions {
  readonly pause?: boolean;
  readonly resume?: boolean;
  readonly concurrency?: number;
  readonly json?: boolean;
}

/** `amplitude-export backfill control`: changes a backfill while it runs, by Temporal updates. */
export function addBackfillControl(backfill: Command): void {
  backfill
    .command('control')
    .description('pause or resume a backfill, or change how many hours it has in flight')
    .argument('<id>', 'workflow id of the backfill')
    .option('--pause', 'let it rest: hours in flight go on to their end, no other begins')
    .option('--resume', 'let it go on')
    .option('--concurrency <hours>', 'hours in flight at once', wholeNumber(1, 1000))
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  amplitude-export backfill control amplitude-export-backfill-missing-2025-01-01T00-to-2025-12-31T23 --concurrency 8',
    )
    .action(control);
}

async function control(id: string, options: ControlOptions, command: Command): Promise<void> {
  const { pause = false, resume = false, concurrency, json = false } = options;
  if (Number(pause) + Number(resume) + Number(concurrency !== undefined) !== 1)
    command.error('error: give one of --pause, --resume and --concurrency <hours>');
  const { temporal } = clientSettings(process.env);
  const [client, messages, { withClient }] = await Promise.all([
    import('@temporalio/client'),
    import('../workflows/messages.ts'),
    import('./with-client.ts'),
  ]);
  await withClient(temporal, async ({ workflow }) => {
    const handle = workflow.getHandle(id);
    const { concurrencyUpdate, pauseUpdate, resumeUpdate } = messages;
    try {
      const progress =
        concurrency === undefined
          ? await handle.executeUpdate(pause ? pauseUpdate : resumeUpdate)
          : await handle.executeUpdate(concurrencyUpdate, { args: [concurrency] });
      const { paused, landed, hours, concurrency: now } = progress;
      const state = `${paused ? 'paused' : 'running'}, ${now} hours at once, ${landed} of ${hours} hours landed`;
      console.log(json ? JSON.stringify({ workflowId: id, progress }) : `${id}: ${state}`);
    } catch (error) {
      if (error instanceof client.WorkflowNotFoundError)
        throw new InputInvalid(`no backfill ${id} is running; its id is what "backfill --detach" printed`);
      if (error instanceof client.WorkflowUpdateFailedError)
        throw new InputInvalid(messageOf(error.cause ?? error));
      throw error;
    }
  });
}
