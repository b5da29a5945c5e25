import type { Logger } from '@temporalio/worker';
import { SourcePause } from '../activities/source-pause.ts';
import { Cooldown } from '../amplitude/cooldown.ts';
import { loadDuckDb } from '../amplitude/parquet/duckdb.ts';
import { ParsePool } from '../amplitude/parse-pool.ts';
import { ConfigurationInvalid } from '../config/errors.ts';
import type { Operation } from '../bronze/operation-log.ts';
import type { WorkerSettings } from '../config/settings.ts';
import { typedTemporalError } from '../config/temporal.ts';
import { messageOf } from '../core/errors.ts';
import { producer } from '../core/version.ts';
import { WorkDirRefused } from '../work-dir/prepare-work-dir.ts';
import { WorkDir } from '../work-dir/work-dir.ts';
import { attemptStarted } from './attempt-started.ts';
import { createWorkers } from './create-workers.ts';
import { noNewRunsWarning } from './deployment-version.ts';
import { knownAttributes } from './known-attributes.ts';
import { workerLogger } from './logger.ts';
import type { Monitoring } from './metrics/monitoring.ts';
import { fewFilesWarning, fileLimit } from './open-files.ts';
import { openConnection } from './open-connection.ts';
import { openStore } from './open-store.ts';
import { runWorkers, WorkerFailed } from './run-workers.ts';
import { retryStep } from './start-patience.ts';
import { rememberServerClock } from './server-clock.ts';
import { stopSignal } from './stop-signal.ts';
import { openTracing, type Tracing } from './tracing/open-tracing.ts';
import { whyFailed } from './why-failed.ts';

/**
 * Runs a worker until SIGINT or SIGTERM: workflows and extracts on the shared task queue, parse and upload on the
 * worker-specific one. It checks everything before it takes the first task, and waits for servers that do not answer
 * yet.
 * `readEveryMs` is how old the ledger's figures may be in the metrics.
 * @throws ConfigurationInvalid, ParquetWriterMissing, BucketMissing, BucketDenied, BucketUnavailable, StoreUnsuitable, TemporalUnreachable
 */
export async function runWorker(
  settings: WorkerSettings,
  onReady: (ready: { taskQueue: string; workerTaskQueue: string; temporal: string }) => void,
  readEveryMs?: number,
): Promise<void> {
  const { temporal, redact } = settings;
  const stop = stopSignal();
  const logger = workerLogger(settings.log, redact);
  const waits = { signal: stop.signal, logger };
  const fewFiles = fewFilesWarning(fileLimit(), settings);
  if (fewFiles !== undefined) logger.warn(fewFiles);
  let monitoring: Monitoring | undefined;
  let tracing: Tracing | undefined;
  let hasStarted = false;
  try {
    monitoring = await serveMetrics(settings, logger, readEveryMs);
    const metrics = monitoring?.metrics;
    if (settings.wantedOutputs.includes('parquet')) await loadDuckDb();
    tracing = await openTracing(process.env, logger, redact);
    const bucket = await retryStep(
      'the bucket',
      async () => openStore(settings, (request) => metrics?.requestSent(request)),
      waits,
    );
    const workDir = await openWorkDir(settings);
    // Its threads load their code while the worker connects.
    const parsePool = new ParsePool(settings.parseThreads);
    try {
      const connection = await retryStep(
        'the Temporal server',
        async () => openConnection(temporal, logger, monitoring?.sdk),
        waits,
      );
      const workerTaskQueue = `${settings.taskQueue}-${workDir.workerName}`;
      const searchAttributes = knownAttributes(connection, temporal.namespace);
      const attemptStartedMs = rememberServerClock(attemptStarted(connection));
      const dependencies = {
        settings,
        bucket,
        workDir,
        sourcePause: new SourcePause(new Cooldown(), settings.bucket.prefix),
        parsePool,
        workerTaskQueue,
        producer,
        attemptStartedMs,
        onOperation: (operation: Operation) => metrics?.operationEnded(operation),
        searchAttributes,
      };
      try {
        const workers = await createWorkers(connection, dependencies, metrics, tracing);
        const noNewRuns = await noNewRunsWarning(connection, settings);
        if (noNewRuns !== undefined) logger.warn(noNewRuns);
        stop.signal.throwIfAborted();
        hasStarted = true;
        const { namespace } = temporal;
        monitoring?.started(
          { workers: Object.values(workers), connection, bucket, namespace, workerTaskQueue },
          workDir,
        );
        onReady({ taskQueue: settings.taskQueue, workerTaskQueue, temporal: temporal.address });
        await runWorkers(workers, workDir.hourFolders, stop.signal);
      } catch (error) {
        throw error instanceof WorkerFailed
          ? await whyFailed(connection, temporal)
          : typedTemporalError(error, temporal);
      } finally {
        await connection.close().catch(() => undefined);
      }
    } finally {
      await parsePool.close();
      // Attempts of a worker that has failed may still write there. What is left, another worker removes.
      await workDir.close().catch((error: unknown) => logger.warn('files are left in WORK_DIR', { error }));
    }
  } catch (error) {
    // Before the first task, an error after a signal is that of a start that was ended.
    if (hasStarted || !stop.signal.aborted) throw error;
  } finally {
    stop.release();
    await tracing?.close();
    await monitoring?.close();
  }
}

async function serveMetrics(
  settings: WorkerSettings,
  logger: Logger,
  readEveryMs: number | undefined,
): Promise<Monitoring | undefined> {
  const { metricsAddress } = settings;
  if (metricsAddress === undefined) return undefined;
  // Loaded here: without metrics, a worker saves some megabytes.
  const { Monitoring } = await import('./metrics/monitoring.ts');
  const monitoring = new Monitoring(settings, readEveryMs);
  logger.info(`metrics are at ${await monitoring.serve(metricsAddress)}/metrics`);
  return monitoring;
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
