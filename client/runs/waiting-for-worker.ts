import type { Client } from '@temporalio/client';
import { buildsInWords, buildsOfNewRuns, makeCurrentCommand } from '../../core/queue-builds.ts';

/** Temporal's number for a run that stays with a version. Source: temporal.api.enums.v1.VersioningBehavior. */
const PINNED = 1;

/**
 * The message for a user who waits for a worker to go on with a run, with what to do; undefined while every worker that the
 * run may need listens on the task queue.
 */
export async function waitingForWorker(
  client: Client,
  taskQueue: string,
  workflowId: string,
): Promise<string | undefined> {
  const { namespace } = client.options;
  const request = { namespace, taskQueue: { name: taskQueue } };
  const described = await client.workflowService.describeTaskQueue(request).catch(() => undefined);
  if (described === undefined) return undefined;
  const listening = new Set(
    described.pollers.map(({ deploymentOptions }) => deploymentOptions?.buildId ?? ''),
  );
  if (listening.size === 0)
    return `waiting for a worker: none listens on the task queue ${taskQueue}; start one with "amplitude-export worker"`;
  const pinnedTo = await pinnedBuild(client, workflowId);
  const needed = pinnedTo === undefined ? buildsOfNewRuns(described.versioningInfo) : [pinnedTo];
  const missing = needed.filter((build) => !listening.has(build));
  if (missing.length === 0) return undefined;
  const orElse =
    pinnedTo === undefined
      ? `, or make another build current: ${makeCurrentCommand(taskQueue, '--build-id BUILD')}`
      : '';
  return `waiting for a worker with ${buildsInWords(missing)}: those on the task queue ${taskQueue} have ${buildsInWords(listening)}; start one${orElse}`;
}

/** The build with which a run stays; undefined when it gets that of new runs, or the server does not say. */
async function pinnedBuild(client: Client, workflowId: string): Promise<string | undefined> {
  const described = await client.workflow
    .getHandle(workflowId)
    .describe()
    .catch(() => undefined);
  const { behavior, deploymentVersion } = described?.raw.workflowExecutionInfo?.versioningInfo ?? {};
  return Number(behavior) === PINNED ? (deploymentVersion?.buildId ?? undefined) : undefined;
}
