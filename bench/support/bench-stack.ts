import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { S3Client } from '@aws-sdk/client-s3';
import { Bucket } from '../../bronze/bucket.ts';
import { startRun } from '../../client/runs/start-run.ts';
import type { Interval } from '../../core/interval.ts';
import { ToolMissing } from '../../local/errors.ts';
import type { RunningProcess } from '../../local/processes.ts';
import type { Report } from '../../local/report.ts';
import { bucketVariables } from '../../local/s3-access.ts';
import type { S3ServerKind } from '../../local/s3-server.ts';
import { startStack, type Stack } from '../../local/stack.ts';
import { COMMAND_LINE, startReady, startServer, type RunningServer } from './start-ready.ts';

const BUCKET = 'bench';

/** For gigabytes: versitygw takes half of SeaweedFS's CPU time for them, but Go has to build it once. */
export const storesForGigabytes = ['versitygw', 'seaweedfs'] as const;

/** What a worker of a benchmark is started with, besides the servers. */
export interface WorkerOptions {
  /** The address of the Export API. */
  readonly source: string;
  /** How many hours are in flight. */
  readonly slots: number;
  /** What lands for an hour, as OUTPUTS says it; by default what it is without OUTPUTS. */
  readonly outputs?: string;
  /** The first part of every key: a worker with its own finds no hour that has landed. `amplitude` by default. */
  readonly prefix?: string;
  /** The S3 server's address, when it is not its own. */
  readonly s3Endpoint?: string;
  /** Where it serves its metrics; by default nowhere. */
  readonly metricsAddress?: string;
}

/** Temporal and S3 for a benchmark, and what else it runs on them, each in a process of its own. */
export class BenchStack {
  readonly servers: Stack;
  readonly bucket: Bucket;
  readonly client: Client;
  /** The environment variables with which the AWS SDK finds the S3 server. */
  readonly s3Environment: Readonly<Record<string, string>>;
  readonly #folder: string;

  private constructor(servers: Stack, client: Client, folder: string) {
    const { endpoint, region, accessKey, secretKey } = servers.s3;
    const s3 = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    });
    this.servers = servers;
    this.bucket = new Bucket(s3, BUCKET);
    this.client = client;
    this.s3Environment = {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKey,
      AWS_SECRET_ACCESS_KEY: secretKey,
    };
    this.#folder = folder;
  }

  /**
   * Starts both servers, with their data in `folder`. The S3 server is the first of `kinds` that can be had.
   * @throws ToolMissing, ServerNotStarted
   */
  static async start(
    folder: string,
    report: Report,
    kinds: readonly [S3ServerKind, ...S3ServerKind[]] = ['seaweedfs'],
  ): Promise<BenchStack> {
    const servers = await startServers(folder, report, kinds);
    const connection = await Connection.connect({ address: servers.temporal.address });
    return new BenchStack(servers, new Client({ connection }), folder);
  }

  /**
   * Starts a sample API with options as `amplitude-export sample-api` takes them.
   * @throws ServerNotStarted
   */
  async startSampleApi(...options: string[]): Promise<RunningServer> {
    return startServer(COMMAND_LINE, ['sample-api', '--port', '0', ...options], this.#folder);
  }

  /** Starts a worker. @throws ServerNotStarted */
  async startWorker(options: WorkerOptions): Promise<RunningProcess> {
    const { s3, temporal } = this.servers;
    const {
      source,
      slots,
      outputs,
      prefix = 'amplitude',
      s3Endpoint = s3.endpoint,
      metricsAddress,
    } = options;
    const env = {
      AMP_API_KEY: 'sample-key',
      AMP_SECRET_KEY: 'sample-secret',
      AMP_EXPORT_URL: source,
      ...bucketVariables({ ...s3, endpoint: s3Endpoint }, BUCKET),
      S3_PREFIX: prefix,
      TEMPORAL_ADDRESS: temporal.address,
      WORK_DIR: join(this.#folder, 'work'),
      HOURS_PER_WORKER: String(slots),
      HOUR_CONCURRENCY: String(slots),
      ...(outputs !== undefined && { OUTPUTS: outputs }),
      ...(metricsAddress !== undefined && { METRICS_ADDRESS: metricsAddress }),
    };
    return startReady(COMMAND_LINE, ['worker'], env, this.#folder);
  }

  /** Exports an interval and waits for its end. @throws WorkflowFailedError */
  async export(interval: Interval): Promise<void> {
    const handle = await startRun(this.client, 'amplitude-export', { ...interval, reprocess: false });
    await handle.result();
  }

  /** Ends the servers. */
  async stop(): Promise<void> {
    this.bucket.client.destroy();
    await this.client.connection.close();
    await this.servers.stop();
  }
}

async function startServers(
  folder: string,
  report: Report,
  [kind, ...others]: readonly [S3ServerKind, ...S3ServerKind[]],
): Promise<Stack> {
  try {
    return await startStack({ dataDir: folder, s3: kind, report, bucket: BUCKET });
  } catch (error) {
    const [next, ...more] = others;
    if (!(error instanceof ToolMissing) || next === undefined) throw error;
    report(`${kind} cannot be had here; trying ${next}`);
    return startServers(folder, report, [next, ...more]);
  }
}
