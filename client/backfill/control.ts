import { type Command } from 'commander';
import { clientSettings } from '../../config/settings.ts';
import { messageOf } from '../../core/errors.ts';
import { InputInvalid } from '../../core/interval.ts';
import type { BackfillProgress } from '../../workflows/backfill-progress.ts';
import { count } from '../terminal/format.ts';
import { wholeNumber } from '../terminal/option-values.ts';
import { print, printAside, printJson } from '../terminal/print.ts';

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
    // Otherwise the help of control would list the options of backfill.
    .configureHelp({ showGlobalOptions: false })
    .argument('<id>', 'workflow id of the backfill')
    .option('--pause', 'pause it: hours in progress go on to their end, no other begins')
    .option('--resume', 'resume it')
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
  const { taskQueue, temporal } = clientSettings(process.env);
  const [sdk, messages, { waitingForWorker }, { withClient }] = await Promise.all([
    import('@temporalio/client'),
    import('../../workflows/messages.ts'),
    import('../runs/waiting-for-worker.ts'),
    import('../runs/with-client.ts'),
  ]);
  await withClient(temporal, async (client) => {
    const handle = client.workflow.getHandle(id);
    const { concurrencyUpdate, pauseUpdate, resumeUpdate } = messages;
    const waiting = await waitingForWorker(client, taskQueue, id);
    if (waiting !== undefined) printAside(waiting);
    try {
      const progress =
        concurrency === undefined
          ? await handle.executeUpdate(pause ? pauseUpdate : resumeUpdate)
          : await handle.executeUpdate(concurrencyUpdate, { args: [concurrency] });
      if (json) printJson({ workflowId: id, progress });
      else print(`${id}: ${stateOf(progress)}`);
    } catch (error) {
      if (error instanceof sdk.WorkflowNotFoundError)
        throw new InputInvalid(
          `no backfill ${id} is running: it has ended, or "backfill --detach" printed another id`,
        );
      if (error instanceof sdk.WorkflowUpdateFailedError) {
        const reason = messageOf(error.cause ?? error);
        throw new InputInvalid(
          reason.startsWith('No registered handler') ? `${id} is not a backfill` : reason,
        );
      }
      throw error;
    }
  });
}

function stateOf({ paused, concurrency, landed, hours, alreadyLanded }: BackfillProgress): string {
  const done = hours + alreadyLanded === 0 ? 'planning' : `${count(landed)} of ${count(hours)} hours landed`;
  return `${paused ? 'paused' : 'running'}, concurrency ${concurrency}, ${done}`;
}
