import { Worker, type NativeConnection } from '@temporalio/worker';
import type { ActivityDependencies } from '../activities/dependencies.ts';
import { hostActivities, sharedActivities } from '../activities/index.ts';
import { ConfigurationInvalid } from '../config/errors.ts';
import type { WorkerSettings } from '../config/settings.ts';
import { typedTemporalError } from '../config/temporal.ts';
import { messageOf } from '../core/errors.ts';
import { producer } from '../core/version.ts';
import { Host } from '../host/host.ts';
import { WorkDirRefused } from '../host/work-dir.ts';
import { attemptStarted } from './attempt-started.ts';
import { knownAttributes } from './known-attributes.ts';
import { logHour } from './log-hour.ts';
import { workerLogger } from './logger.ts';
import { fewFilesWarning, fileLimit } from './open-files.ts';
import { openConnection } from './open-connection.ts';
import { openStore } from './open-store.ts';
import { patiently } from './start-patience.ts';
import { stopSignal } from './stop-signal.ts';
import { workflowBundlePath } from './workflow-bundle.ts';

/** Slots of the shared queue beyond the places: so many extracts may wait here for one; planning goes ahead of them. */
const WAITING_EXTRACTS = 4;

/** How long activities may go on after a signal to stop, before they are cancelled and repeated elsewhere. */
const SHUTDOWN_GRACE = '30s';

/** Cancellation reaches an activity with its heartbeats: no more rarely than this. */
const HEARTBEATS_AT_LEAST_EVERY = '5s';

const CACHED_WORKFLOWS = 200;

/**
 * Runs a worker until SIGINT or SIGTERM: workflows and extracts on the shared task queue, parse and upload on a queue
 * of this host's own. Everything is checked before the first task is taken; servers that do not answer yet are waited for.
 * @throws ConfigurationInvalid, BucketMissing, BucketDenied, BucketUnavailable, StoreUnsuitable, TemporalUnreachable
 */
export async function runWorker(
  settings: WorkerSettings,
  onReady: (ready: { taskQueue: string; hostTaskQueue: string; temporal: string }) => void,
): Promise<void> {
  const { temporal, redact } = settings;
  const stop = stopSignal();
  const logger = workerLogger(redact);
  const waits = { signal: stop.signal, logger };
  const fewFiles = fewFilesWarning(fileLimit(), settings.hoursPerHost);
  if (fewFiles !== undefined) logger.warn(fewFiles);
  try {
    const bucket = await patiently('the bucket', async () => openStore(settings), waits);
    const host = await openHost(settings);
    try {
      const connection = await patiently(
        'the Temporal server',
        async () => openConnection(temporal, redact),
        waits,
      );
      const hostTaskQueue = `${settings.taskQueue}-${host.name}`;
      const searchAttributes = knownAttributes(connection, temporal.namespace);
      const attemptStartedMs = attemptStarted(connection);
      const dependencies = {
        settings,
        bucket,
        host,
        hostTaskQueue,
        producer,
        attemptStartedMs,
        searchAttributes,
      };
      try {
        const workers = await createWorkers(connection, dependencies);
        stop.signal.throwIfAborted();
        stop.release();
        onReady({ taskQueue: settings.taskQueue, hostTaskQueue, temporal: temporal.address });
        await runTogether(workers);
      } catch (error) {
        throw typedTemporalError(error, temporal);
      } finally {
        await connection.close().catch(() => undefined);
      }
    } finally {
      await host.close();
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    stop.release();
  }
}

async function openHost({ workDir, hoursPerHost }: WorkerSettings): Promise<Host> {
  const host = new Host(workDir, hoursPerHost);
  try {
    await host.open();
  } catch (error) {
    await host.close();
    const problem =
      error instanceof WorkDirRefused ? error.message : `cannot be written (${messageOf(error)})`;
    throw new ConfigurationInvalid([`WORK_DIR: ${workDir} ${problem}`]);
  }
  return host;
}

async function createWorkers(
  connection: NativeConnection,
  dependencies: ActivityDependencies,
): Promise<Worker[]> {
  const { settings, hostTaskQueue } = dependencies;
  const common = {
    connection,
    namespace: settings.temporal.namespace,
    shutdownGraceTime: SHUTDOWN_GRACE,
    maxHeartbeatThrottleInterval: HEARTBEATS_AT_LEAST_EVERY,
    interceptors: { activity: [logHour] },
  };
  const shared = await Worker.create({
    ...common,
    taskQueue: settings.taskQueue,
    workflowBundle: { codePath: workflowBundlePath },
    activities: sharedActivities(dependencies),
    maxConcurrentActivityTaskExecutions: settings.hoursPerHost + WAITING_EXTRACTS,
    maxCachedWorkflows: CACHED_WORKFLOWS,
  });
  const own = await Worker.create({
    ...common,
    taskQueue: hostTaskQueue,
    activities: hostActivities(dependencies),
    // Each place may have one task here, and one more that cleans up behind it.
    maxConcurrentActivityTaskExecutions: settings.hoursPerHost * 2,
  });
  return [shared, own];
}

/** Runs workers until all have stopped; when one fails, the others stop too. */
async function runTogether(workers: readonly Worker[]): Promise<void> {
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
