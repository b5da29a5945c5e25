import type { EnvironmentReader } from './environment-reader.ts';

/** A version of the program, as Temporal names it: a worker deployment and a build of it. */
export interface WorkerVersion {
  readonly deploymentName: string;
  readonly buildId: string;
}

/**
 * The names that a deployment may have. Temporal refuses others with `.`, `:`, or `__` at the start (temporal-server 1.32,
 * common/worker_versioning); the rest keeps the printed commands free of quotes.
 */
const NAME = /^(?!__)[\w/-]{1,100}$/;

/**
 * Reads `WORKER_BUILD_ID`; undefined when it is not set: the worker has no version. The deployment has the name of the task
 * queue, because all workers of a task queue belong to one.
 */
export function readWorkerVersion(reader: EnvironmentReader, taskQueue: string): WorkerVersion | undefined {
  const buildId = reader.find('WORKER_BUILD_ID');
  if (buildId === undefined) return undefined;
  if (!NAME.test(taskQueue))
    reader.report(
      `TASK_QUEUE: with WORKER_BUILD_ID, the worker deployment has its name, so write up to 100 letters, digits and _ - /, not with __ at the start, not ${JSON.stringify(taskQueue)}`,
    );
  return { deploymentName: taskQueue, buildId };
}
