import { isGrpcServiceError } from '@temporalio/client';
import type { NativeConnection, WorkerDeploymentOptions } from '@temporalio/worker';
import type { WorkerVersion } from '../config/worker-version.ts';

/** The answer of gRPC for a deployment that has no version yet. */
const NOT_FOUND = [5];

/** The options of a worker whose runs stay on its version until they end, or continue as new. */
export function pinnedTo(version: WorkerVersion): WorkerDeploymentOptions {
  return { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' };
}

/**
 * A warning for a worker that gets no new runs, with the command that changes it; undefined for the current version, for one that
 * gets a part of the new runs, and when the server does not say.
 */
export async function notCurrentWarning(
  connection: NativeConnection,
  namespace: string,
  { deploymentName, buildId }: WorkerVersion,
): Promise<string | undefined> {
  const described = await connection.workflowService
    .describeWorkerDeployment({ namespace, deploymentName })
    .catch((error: unknown) =>
      isGrpcServiceError(error) && NOT_FOUND.includes(error.code)
        ? { workerDeploymentInfo: null }
        : undefined,
    );
  if (described === undefined) return undefined;
  const routing = described.workerDeploymentInfo?.routingConfig;
  const getsRuns = [routing?.currentDeploymentVersion, routing?.rampingDeploymentVersion];
  if (getsRuns.some((version) => version?.buildId === buildId)) return undefined;
  return `build ${buildId} is not the current version of the worker deployment ${deploymentName}, so it gets no new runs; to change that: temporal worker deployment set-current-version --deployment-name ${deploymentName} --build-id ${buildId}`;
}
