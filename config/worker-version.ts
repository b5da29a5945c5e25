import type { EnvironmentReader } from './environment-reader.ts';

/** A version of the program, as Temporal names it: a worker deployment and a build of it. */
export interface WorkerVersion {
  readonly deploymentName: string;
  readonly buildId: string;
}

/** What Temporal refuses in the name of a deployment. Source: temporal-server 1.32, common/worker_versioning. */
const NOT_IN_A_NAME = /[.:]|^__|^.{101}/;

/**
 * Reads `WORKER_BUILD_ID`; undefined when it is not set: the worker has no version. The deployment has the name of the task
 * queue, because all workers of a task queue belong to one.
 */
export function readWorkerVersion(reader: EnvironmentReader, taskQueue: string): WorkerVersion | undefined {
  const buildId = reader.find('WORKER_BUILD_ID');
  if (buildId === undefined) return undefined;
  if (NOT_IN_A_NAME.test(taskQueue))
    reader.report(
      `TASK_QUEUE: with WORKER_BUILD_ID, the worker deployment has its name, so write one without . and :, of at most 100 characters, that does not begin with __, not ${JSON.stringify(taskQueue)}`,
    );
  return { deploymentName: taskQueue, buildId };
}
