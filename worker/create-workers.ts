import { Worker, type NativeConnection } from '@temporalio/worker';
import type { ActivityDependencies } from '../activities/dependencies.ts';
import { workerSpecificActivities, sharedActivities } from '../activities/index.ts';
import { logHour } from './log-hour.ts';
import { countAttempts } from './metrics/count-attempts.ts';
import { hourSinks } from './metrics/hour-sinks.ts';
import type { PipelineMetrics } from './metrics/pipeline-metrics.ts';
import type { Tracing } from './tracing/open-tracing.ts';
import { STOP_GRACE_MS, type Workers } from './run-workers.ts';
import { pinnedTo } from './deployment-version.ts';
import { workflowBundlePath } from './workflow-bundle.ts';

/**
 * Tasks that the shared queue takes beyond the slots: this many extracts may wait here for a slot. Planning has
 * priority.
 */
const WAITING_EXTRACTS = 4;

/** How much longer the worker-specific queue has for its last tasks, once it is told to stop. */
const LAST_TASKS_GRACE = '10s';

/** A cancellation reaches an activity with its heartbeats: they go to the server at least this often. */
const MAX_HEARTBEAT_INTERVAL = '5s';

const CACHED_WORKFLOWS = 200;

/** Makes the two workers of the SDK: for the shared task queue, and for the worker-specific one. */
export async function createWorkers(
  connection: NativeConnection,
  dependencies: ActivityDependencies,
  metrics: PipelineMetrics | undefined,
  tracing: Tracing | undefined,
): Promise<Workers> {
  const { settings, workerTaskQueue } = dependencies;
  const activity = [
    ...(tracing === undefined ? [] : [tracing.activityInterceptor]),
    logHour,
    ...(metrics === undefined ? [] : [countAttempts(metrics)]),
  ];
  const common = {
    connection,
    namespace: settings.temporal.namespace,
    maxHeartbeatThrottleInterval: MAX_HEARTBEAT_INTERVAL,
    interceptors: { activity },
  };
  const shared = await Worker.create({
    ...common,
    shutdownGraceTime: STOP_GRACE_MS,
    taskQueue: settings.taskQueue,
    ...(settings.version && { workerDeploymentOptions: pinnedTo(settings.version) }),
    workflowBundle: { codePath: tracing?.bundlePath ?? workflowBundlePath },
    sinks: { ...hourSinks(metrics), ...tracing?.sinks },
    activities: sharedActivities(dependencies),
    maxConcurrentActivityTaskExecutions: settings.hoursPerWorker + WAITING_EXTRACTS,
    maxCachedWorkflows: CACHED_WORKFLOWS,
  });
  // It has no version: the files are here, whatever the version of the run is, and a version may have 100 task queues at most.
  const own = await Worker.create({
    ...common,
    shutdownGraceTime: LAST_TASKS_GRACE,
    taskQueue: workerTaskQueue,
    activities: workerSpecificActivities(dependencies),
    // Each slot may have one task here, and another one that removes its files.
    maxConcurrentActivityTaskExecutions: settings.hoursPerWorker * 2,
  });
  return { shared, own };
}
