import type { ClientSettings } from '../../config/settings.ts';
import type { BackfillProgress } from '../../workflows/backfill-progress.ts';
import type { BackfillInput } from '../../workflows/inputs.ts';
import { followBackfill } from './follow-backfill.ts';
import { count, size } from '../terminal/format.ts';
import { warnOfLines } from '../terminal/warn-lines.ts';
import { warnOfNotRemoved } from '../terminal/warn-not-removed.ts';
import { followUntilCtrlC } from '../runs/follow-until-ctrl-c.ts';
import { startBackfill } from './start-backfill.ts';
import { withClient } from '../runs/with-client.ts';
import { print, printAside, printJson } from '../terminal/print.ts';

/**
 * Starts a backfill, or joins the one in progress with the same mode and range, and follows it to its end. With
 * `detach` it prints how to follow it instead.
 * @throws TemporalUnreachable, RunFailed
 */
export async function runBackfill(
  settings: ClientSettings,
  input: Omit<BackfillInput, 'carried'>,
  { json = false, detach = false }: { readonly json?: boolean; readonly detach?: boolean },
): Promise<void> {
  const { bucket, taskQueue, temporal } = settings;
  await withClient(temporal, async (client) => {
    const { handle, joined } = await startBackfill(client, taskQueue, input);
    const { workflowId } = handle;
    if (joined)
      printAside(
        `${workflowId} is already in progress and keeps its order and concurrency; to change the concurrency: "amplitude-export backfill control --help"`,
      );
    if (detach) {
      if (json) printJson({ workflowId });
      else print(...howToWatch(workflowId, joined).split('\n'));
      return;
    }
    const progress = await followUntilCtrlC(workflowId, () => followBackfill(client, handle, taskQueue));
    if (json) printJson({ workflowId, progress });
    else print(...summary(progress));
    warnOfLines(progress, progress, bucket);
    warnOfNotRemoved(progress.notRemoved);
  });
}

function howToWatch(workflowId: string, joined: boolean): string {
  return `${joined ? 'in progress: ' : 'started '}${workflowId}
  amplitude-export backfill control ${workflowId} --pause | --resume | --concurrency 8
  npm run temporal -- workflow query --type progress --workflow-id ${workflowId}
  npm run temporal -- workflow cancel --workflow-id ${workflowId}
To follow it, give the same command without --detach.`;
}

function summary(progress: BackfillProgress): string[] {
  const { start, end, hours, landed, alreadyLanded, empty, unchanged, changed, outdated } = progress;
  const { events, rejected, bytes } = progress;
  return [
    `${start} to ${end}: ${count(landed)} of ${count(hours)} hours landed (${count(empty)} empty, ${count(unchanged)} unchanged, ${count(changed)} changed${outdated > 0 ? `, ${count(outdated)} outdated` : ''}), ${count(alreadyLanded)} already landed`,
    `${count(events)} events, ${count(rejected)} lines rejected, ${size(bytes)}`,
  ];
}
