import { Worker, type NativeConnection } from '@temporalio/worker';
import type { ActivityDependencies } from '../activities/dependencies.ts';
import { workerSpecificActivities, sharedActivities } from '../activities/index.ts';
import { logHour } from './log-hour.ts';
import { countAttempts } from './metrics/count-attempts.ts';
import { hourSinks } from './metrics/hour-sinks.ts';
import type { PipelineMetrics } from './metrics/pipeline-metrics.ts';
import type { Tracing } from './tracing/open-tracing.ts';
import { workflowBundlePath } from './workflow-bundle.ts';

/**
 * Tasks that the shared queue takes beyond the slots: this many extracts may wait here for a slot. Planning has
 * priority.
 */
const WAITING_EXTRACTS = 4;

/** How long activities may go on after a signal to stop, before they are cancelled and repeated elsewhere. */
const SHUTDOWN_GRACE = '30s';

/** A cancellation reaches an activity with its heartbeats: they go to the server at least this often. */
const MAX_HEARTBEAT_INTERVAL = '5s';

const CACHED_WORKFLOWS = 200;

/** Makes the two workers of the SDK: for the shared task queue, and for the worker-specific one. */
export async function createWorkers(
  connection: NativeConnection,
  dependencies: ActivityDependencies,
  metrics: PipelineMetrics | undefined,
  tracing: Tracing | undefined,
): Promise<Worker[]> {
  const { settings, workerTaskQueue } = dependencies;
  const activity = [
    ...(tracing === undefined ? [] : [tracing.activityInterceptor]),
    logHour,
    ...(metrics === undefined ? [] : [countAttempts(metrics)]),
  ];
  const common = {
    connection,
    namespace: settings.temporal.namespace,
    shutdownGraceTime: SHUTDOWN_GRACE,
    maxHeartbeatThrottleInterval: MAX_HEARTBEAT_INTERVAL,
    interceptors: { activity },
  };
  const shared = await Worker.create({
    ...common,
    taskQueue: settings.taskQueue,
    workflowBundle: { codePath: tracing?.bundlePath ?? workflowBundlePath },
    sinks: { ...hourSinks(metrics), ...tracing?.sinks },
    activities: sharedActivities(dependencies),
    maxConcurrentActivityTaskExecutions: settings.hoursPerWorker + WAITING_EXTRACTS,
    maxCachedWorkflows: CACHED_WORKFLOWS,
  });
  const own = await Worker.create({
    ...common,
    taskQueue: workerTaskQueue,
    activities: workerSpecificActivities(dependencies),
    // Each slot may have one task here, and another one that removes its files.
    maxConcurrentActivityTaskExecutions: settings.hoursPerWorker * 2,
  });
  return [shared, own];
}

/** Runs workers until all have stopped; when one fails, the others stop too. */
export async function runTogether(workers: readonly Worker[]): Promise<void> {
  const runs = workers.map(async (worker) => {
    try {
      await worker.run();
    } finally {
      for (const other of workers) if (other.getState() === 'RUNNING') other.shutdown();
    }
  });
  const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
