import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { loadEnvFile } from 'node:process';
import type { Webhook } from '../alerts/webhook.ts';
import type { Source } from '../amplitude/source.ts';
import { outputFormats, type OutputFormat } from '../bronze/output-formats.ts';
import { cacheFolder } from '../core/cache-folder.ts';
import { redactor, type Redact } from '../core/redact.ts';
import { bucketSettings, type BucketSettings } from './bucket-settings.ts';
import { EnvironmentReader } from './environment-reader.ts';
import { readProxies } from './proxies.ts';
import type { ListenAddress } from './readers.ts';
import { secretsOf, secretsOfConnection } from './secrets.ts';
import { temporalAddress, type TemporalAddress } from './temporal.ts';
import { readWorkerVersion, type WorkerVersion } from './worker-version.ts';

/** The settings of the command line, to start runs and to read the bucket. Durations are in milliseconds. */
export interface ClientSettings {
  readonly taskQueue: string;
  readonly bucket: BucketSettings;
  readonly temporal: TemporalAddress;
  readonly temporalUiUrl: string;
  /** Where notifications go; undefined when nobody wants any. */
  readonly webhook: Webhook | undefined;
  readonly hourConcurrency: number;
  readonly hourDueAfterMs: number;
  /** What lands for an hour, in the order of `outputFormats`; events always do. */
  readonly wantedOutputs: readonly OutputFormat[];
}

/** What a worker writes to its log; without a `format`, text on a terminal and JSON elsewhere. */
export interface LogSettings {
  readonly format: 'json' | 'text' | undefined;
  /** The least severe entries that are written. */
  readonly level: 'debug' | 'info' | 'warn' | 'error';
}

/** The settings of a worker. Durations are in milliseconds, sizes in bytes. */
export interface WorkerSettings extends ClientSettings {
  readonly source: Source;
  readonly workDir: string;
  readonly hoursPerWorker: number;
  readonly parseThreads: number;
  readonly hourRetryForMs: number;
  readonly maxLineBytes: number;
  readonly log: LogSettings;
  /** Where to serve metrics and health checks; undefined: nowhere. */
  readonly metricsAddress: ListenAddress | undefined;
  /** Undefined: the worker has no version. */
  readonly version: WorkerVersion | undefined;
  /** Removes every secret of these settings and their environment from a text. */
  readonly redact: Redact;
}

const ENDPOINTS = {
  us: 'https://amplitude.com/api/2/export',
  eu: 'https://analytics.eu.amplitude.com/api/2/export',
} as const;

/** Adds the variables of a file `.env` in the current folder. Variables that are already set stay. */
export function readEnvFile(): void {
  if (statSync('.env', { throwIfNoEntry: false })?.isFile()) loadEnvFile('.env');
}

/**
 * Reads the settings of the command line from an environment.
 * @throws ConfigurationInvalid, which lists every problem
 */
export function clientSettings(env: NodeJS.ProcessEnv): ClientSettings {
  const reader = new EnvironmentReader(env);
  const settings = readClientSettings(reader);
  reader.finish();
  return settings;
}

function readClientSettings(reader: EnvironmentReader): ClientSettings {
  const listed = reader.find('OUTPUTS') ?? [];
  return {
    taskQueue: reader.get('TASK_QUEUE'),
    bucket: bucketSettings(reader),
    temporal: reader.include(temporalAddress),
    temporalUiUrl: reader.get('TEMPORAL_UI_URL'),
    webhook: readWebhook(reader),
    hourConcurrency: reader.get('HOUR_CONCURRENCY'),
    hourDueAfterMs: reader.get('HOUR_DUE_AFTER'),
    wantedOutputs: outputFormats.filter((format) => format === 'events' || listed.includes(format)),
  };
}

function readWebhook(reader: EnvironmentReader): Webhook | undefined {
  const url = reader.find('ALERT_WEBHOOK_URL');
  return url === undefined ? undefined : { url, proxies: reader.include(readProxies) };
}

/**
 * Reads the settings of a worker from an environment.
 * @throws ConfigurationInvalid, which lists every problem
 */
export function workerSettings(env: NodeJS.ProcessEnv): WorkerSettings {
  const reader = new EnvironmentReader(env);
  const endpoint = reader.find('AMP_EXPORT_URL');
  const region = reader.get('AMP_DATA_REGION');
  const client = readClientSettings(reader);
  const settings = {
    ...client,
    source: {
      url: endpoint ?? ENDPOINTS[region],
      apiKey: reader.get('AMP_API_KEY'),
      secretKey: reader.get('AMP_SECRET_KEY'),
      proxies: reader.include(readProxies),
    },
    workDir: reader.find('WORK_DIR') ?? defaultWorkDir(reader),
    hoursPerWorker: reader.get('HOURS_PER_WORKER'),
    parseThreads: reader.find('PARSE_THREADS') ?? availableParallelism(),
    hourRetryForMs: reader.get('HOUR_RETRY_FOR'),
    maxLineBytes: reader.get('MAX_LINE_BYTES'),
    log: { format: reader.find('LOG_FORMAT'), level: reader.get('LOG_LEVEL') },
    metricsAddress: reader.find('METRICS_ADDRESS'),
    version: readWorkerVersion(reader, client.taskQueue),
  };
  reader.finish();
  const secrets = [...secretsOf(env), ...secretsOfConnection(client.temporal.connectionOptions)];
  return { ...settings, redact: redactor(secrets) };
}

/**
 * A folder in the cache folder: the work files can be fetched again, no other user may write there, and it is on a
 * disk. The temporary folder of a system may be in memory, and all users may write there.
 */
function defaultWorkDir(reader: EnvironmentReader): string {
  try {
    return join(cacheFolder(), 'work');
  } catch {
    reader.report('WORK_DIR is not set, and the user that runs the worker has no home folder');
    return '';
  }
}
