import type { Client } from '@temporalio/client';

/**
 * The message for a user who waits for a worker, with what to do; undefined while a worker that gets new runs listens on the
 * task queue.
 */
export async function waitingForWorker(client: Client, taskQueue: string): Promise<string | undefined> {
  const { namespace } = client.options;
  const request = { namespace, taskQueue: { name: taskQueue } };
  const described = await client.workflowService.describeTaskQueue(request).catch(() => undefined);
  if (described === undefined) return undefined;
  const builds = new Set(described.pollers.map(({ deploymentOptions }) => deploymentOptions?.buildId ?? ''));
  if (builds.size === 0)
    return `waiting for a worker: none listens on the task queue ${taskQueue}; start one with "amplitude-export worker"`;
  const { currentDeploymentVersion: current, rampingDeploymentVersion: ramping } =
    described.versioningInfo ?? {};
  if ([current, ramping].some((version) => builds.has(version?.buildId ?? ''))) return undefined;
  return `waiting for a worker of ${current ? `build ${current.buildId}` : 'no build'}, which gets new runs: those on the task queue ${taskQueue} have ${inWords(builds)}; start one, or make another build current with "temporal worker deployment set-current-version --deployment-name ${taskQueue} --build-id BUILD"`;
}

function inWords(builds: ReadonlySet<string>): string {
  return [...builds].map((build) => (build === '' ? 'no build' : `build ${build}`)).join(', ');
}
