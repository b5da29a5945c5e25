import { Worker, type NativeConnection } from '@temporalio/worker';
import type { ActivityDependencies } from '../activities/dependencies.ts';
import { workerSpecificActivities, sharedActivities } from '../activities/index.ts';
import { Cooldown } from '../amplitude/cooldown.ts';
import { loadDuckDb } from '../amplitude/parquet/duckdb.ts';
import { ParsePool } from '../amplitude/parse-pool.ts';
import { ConfigurationInvalid } from '../config/errors.ts';
import type { WorkerSettings } from '../config/settings.ts';
import { typedTemporalError } from '../config/temporal.ts';
import { messageOf } from '../core/errors.ts';
import { producer } from '../core/version.ts';
import { WorkDirRefused } from '../work-dir/prepare-work-dir.ts';
import { WorkDir } from '../work-dir/work-dir.ts';
import { attemptStarted } from './attempt-started.ts';
import { knownAttributes } from './known-attributes.ts';
import { logHour } from './log-hour.ts';
import { workerLogger } from './logger.ts';
import { fewFilesWarning, fileLimit } from './open-files.ts';
import { openConnection } from './open-connection.ts';
import { openStore } from './open-store.ts';
import { retryStep } from './start-patience.ts';
import { rememberServerClock } from './server-clock.ts';
import { stopSignal } from './stop-signal.ts';
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

/**
 * Runs a worker until SIGINT or SIGTERM: workflows and extracts on the shared task queue, parse and upload on the
 * worker-specific one. It checks everything before it takes the first task, and waits for servers that do not answer
 * yet.
 * @throws ConfigurationInvalid, ParquetWriterMissing, BucketMissing, BucketDenied, BucketUnavailable, StoreUnsuitable, TemporalUnreachable
 */
export async function runWorker(
  settings: WorkerSettings,
  onReady: (ready: { taskQueue: string; workerTaskQueue: string; temporal: string }) => void,
): Promise<void> {
  const { temporal, redact } = settings;
  const stop = stopSignal();
  const logger = workerLogger(settings.log, redact);
  const waits = { signal: stop.signal, logger };
  const fewFiles = fewFilesWarning(fileLimit(), settings);
  if (fewFiles !== undefined) logger.warn(fewFiles);
  try {
    if (settings.wantedOutputs.includes('parquet')) await loadDuckDb();
    const bucket = await retryStep('the bucket', async () => openStore(settings), waits);
    const workDir = await openWorkDir(settings);
    // Its threads load their code while the worker connects.
    const parsePool = new ParsePool(settings.parseThreads);
    try {
      const connection = await retryStep(
        'the Temporal server',
        async () => openConnection(temporal, logger),
        waits,
      );
      const workerTaskQueue = `${settings.taskQueue}-${workDir.workerName}`;
      const searchAttributes = knownAttributes(connection, temporal.namespace);
      const attemptStartedMs = rememberServerClock(attemptStarted(connection));
      const dependencies = {
        settings,
        bucket,
        workDir,
        cooldown: new Cooldown(),
        parsePool,
        workerTaskQueue,
        producer,
        attemptStartedMs,
        searchAttributes,
      };
      try {
        const workers = await createWorkers(connection, dependencies);
        stop.signal.throwIfAborted();
        stop.release();
        onReady({ taskQueue: settings.taskQueue, workerTaskQueue, temporal: temporal.address });
        await runTogether(workers);
      } catch (error) {
        throw typedTemporalError(error, temporal);
      } finally {
        await connection.close().catch(() => undefined);
      }
    } finally {
      await parsePool.close();
      await workDir.close();
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    stop.release();
  }
}

async function openWorkDir({ workDir: path, hoursPerWorker }: WorkerSettings): Promise<WorkDir> {
  const workDir = new WorkDir(path, hoursPerWorker);
  try {
    await workDir.open();
  } catch (error) {
    await workDir.close();
    const problem =
      error instanceof WorkDirRefused ? error.message : `cannot be written (${messageOf(error)})`;
    throw new ConfigurationInvalid([`WORK_DIR: ${path} ${problem}`]);
  }
  return workDir;
}

async function createWorkers(
  connection: NativeConnection,
  dependencies: ActivityDependencies,
): Promise<Worker[]> {
  const { settings, workerTaskQueue } = dependencies;
  const common = {
    connection,
    namespace: settings.temporal.namespace,
    shutdownGraceTime: SHUTDOWN_GRACE,
    maxHeartbeatThrottleInterval: MAX_HEARTBEAT_INTERVAL,
    interceptors: { activity: [logHour] },
  };
  const shared = await Worker.create({
    ...common,
    taskQueue: settings.taskQueue,
    workflowBundle: { codePath: workflowBundlePath },
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
