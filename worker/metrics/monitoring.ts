import { collectDefaultMetrics } from 'prom-client';
import type { ListenAddress } from '../../config/readers.ts';
import type { WorkerSettings } from '../../config/settings.ts';
import { printable } from '../../core/printable.ts';
import { Ledger } from '../../bronze/ledger.ts';
import type { WorkDir } from '../../work-dir/work-dir.ts';
import { Health, type RunningWorker } from './health.ts';
import { newestDueAt } from './ledger-figures.ts';
import { serveMetrics, type MetricsServer } from './metrics-server.ts';
import { Observed } from './observed.ts';
import { observeLedger } from './observe-ledger.ts';
import { overdueSeconds } from './overdue-schedules.ts';
import { PipelineMetrics } from './pipeline-metrics.ts';
import { SdkMetrics } from './sdk-metrics.ts';
import { addGauge, addWorkerGauges } from './worker-gauges.ts';

/** How old the reading of the ledger and the schedules may be at a scrape, in milliseconds. */
const READ_EVERY_MS = 60_000;

/** The metrics and health checks of a worker with METRICS_ADDRESS. */
export class Monitoring {
  readonly metrics = new PipelineMetrics();
  readonly sdk = new SdkMetrics();
  readonly #settings: WorkerSettings;
  readonly #health = new Health();
  readonly #readEveryMs: number;
  #server: MetricsServer | undefined;
  #workerTaskQueue: string | undefined;

  constructor(settings: WorkerSettings, readEveryMs = READ_EVERY_MS) {
    this.#settings = settings;
    this.#readEveryMs = readEveryMs;
  }

  /**
   * Begins to serve. Returns the address, such as `http://127.0.0.1:9464`.
   * @throws ConfigurationInvalid when the worker cannot listen there
   */
  async serve(address: ListenAddress): Promise<string> {
    const { registry } = this.metrics;
    const problem = async (): Promise<string | undefined> => {
      const found = await this.#health.problem();
      return found && printable(this.#settings.redact(found));
    };
    collectDefaultMetrics({ register: registry });
    addGauge(
      registry,
      'ready',
      '1 when the worker polls Temporal and reaches the bucket, else 0',
      async () => ((await problem()) === undefined ? 1 : 0),
    );
    this.#server = await serveMetrics(address, {
      problem,
      metrics: async () => (await Promise.all([registry.metrics(), this.#sdkText()])).join('\n'),
    });
    return this.#server.url;
  }

  /** From now on, the worker takes tasks. */
  started(running: RunningWorker, workDir: WorkDir): void {
    this.#health.started(running);
    this.#workerTaskQueue = running.workerTaskQueue;
    const {
      hourDueAfterMs,
      taskQueue,
      bucket: { prefix },
    } = this.#settings;
    const { bucket, connection, namespace } = running;
    const readLedger = observeLedger(new Ledger(bucket, prefix));
    addWorkerGauges(this.metrics.registry, {
      workDir,
      hourDueAfterMs,
      ledger: new Observed(() => readLedger(newestDueAt(Date.now(), hourDueAfterMs)), this.#readEveryMs),
      overdueSeconds: new Observed(
        () => overdueSeconds(connection.workflowService, { namespace, taskQueue }, Date.now()),
        this.#readEveryMs,
      ),
    });
  }

  async #sdkText(): Promise<string> {
    const text = await this.sdk.text();
    const queue = this.#workerTaskQueue;
    // Each worker process has another queue: with its name, every start would begin new time series.
    return queue === undefined
      ? text
      : text.replaceAll(`"${queue}"`, `"${this.#settings.taskQueue}:worker-specific"`);
  }

  /** Ends the serving. */
  async close(): Promise<void> {
    await this.#server?.close();
  }
}
