import type { NativeConnection, WorkerDeploymentOptions } from '@temporalio/worker';
import type { WorkerSettings } from '../config/settings.ts';
import type { WorkerVersion } from '../config/worker-version.ts';
import { buildsInWords, buildsOfNewRuns, makeCurrentCommand } from '../core/queue-builds.ts';

/** The options of a worker whose runs stay on its version until they end, or continue as new. */
export function pinnedTo(version: WorkerVersion): WorkerDeploymentOptions {
  return { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' };
}

/**
 * A warning for a worker that gets no new runs, because those of another version do, with the command that changes it. Undefined
 * for one that gets some, and when the server does not say.
 */
export async function noNewRunsWarning(
  { workflowService }: Pick<NativeConnection, 'workflowService'>,
  { temporal: { namespace }, taskQueue, version }: Pick<WorkerSettings, 'temporal' | 'taskQueue' | 'version'>,
): Promise<string | undefined> {
  const described = await workflowService
    .describeTaskQueue({ namespace, taskQueue: { name: taskQueue } })
    .catch(() => undefined);
  if (described === undefined) return undefined;
  const builds = buildsOfNewRuns(described.versioningInfo);
  const own = version?.buildId ?? '';
  if (builds.includes(own)) return undefined;
  return version === undefined
    ? `this worker has no WORKER_BUILD_ID, and gets no runs: workers with ${buildsInWords(builds)} get them; to change that: ${makeCurrentCommand(taskQueue, '--unversioned')}`
    : `build ${own} gets no new runs: workers with ${buildsInWords(builds)} get them; to change that: ${makeCurrentCommand(taskQueue, `--build-id ${own}`)}`;
}
