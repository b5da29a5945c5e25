import { statSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import type { Source } from '../amplitude/client.ts';
import type { BucketAddress } from '../bronze/connect.ts';
import { redactor, type Redact } from '../core/redact.ts';
import { readAuthorities } from './authorities.ts';
import { ConfigurationInvalid } from './errors.ts';
import { readProxies } from './proxies.ts';
import { httpUrl, textLike, type Reading } from './readers.ts';
import { looksLikeKey, secretsOf, secretsOfConnection } from './secrets.ts';
import { temporalAddress, type TemporalAddress } from './temporal.ts';
import { variables, type Values, type Variable, type VariableName } from './variables.ts';

/** Where the export lands, and below which folder. */
export interface BucketSettings extends BucketAddress {
  readonly prefix: string;
}

/** What the command line needs to start runs and to read what landed; durations in milliseconds. */
export interface ClientSettings {
  readonly taskQueue: string;
  readonly bucket: BucketSettings;
  readonly temporal: TemporalAddress;
  readonly temporalUiUrl: string;
  readonly hourConcurrency: number;
  readonly hourDueAfterMs: number;
}

/** What a worker needs. Durations are in milliseconds, sizes in bytes. */
export interface WorkerSettings extends ClientSettings {
  readonly source: Source;
  readonly keepRaw: boolean;
  readonly workDir: string;
  readonly hoursPerHost: number;
  readonly hourRetryForMs: number;
  readonly maxLineBytes: number;
  /** Takes every secret of these settings and their environment out of a text. */
  readonly redact: Redact;
}

const ENDPOINTS = {
  us: 'https://amplitude.com/api/2/export',
  eu: 'https://analytics.eu.amplitude.com/api/2/export',
} as const;

/** Adds what a file `.env` in the current folder sets; the environment proper goes first. */
export function readEnvFile(): void {
  if (statSync('.env', { throwIfNoEntry: false })?.isFile()) loadEnvFile('.env');
}

/**
 * Settings for the command line, from an environment.
 * @throws ConfigurationInvalid listing every problem
 */
export function clientSettings(env: NodeJS.ProcessEnv): ClientSettings {
  const reader = new EnvironmentReader(env);
  const settings = readClientSettings(reader);
  reader.finish();
  return settings;
}

function readClientSettings(reader: EnvironmentReader): ClientSettings {
  return {
    taskQueue: reader.get('TASK_QUEUE'),
    bucket: bucketSettings(reader),
    temporal: reader.include(temporalAddress),
    temporalUiUrl: reader.get('TEMPORAL_UI_URL'),
    hourConcurrency: reader.get('HOUR_CONCURRENCY'),
    hourDueAfterMs: reader.get('HOUR_DUE_AFTER'),
  };
}

/**
 * Settings for a worker, from an environment.
 * @throws ConfigurationInvalid listing every problem
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
    keepRaw: reader.find('OUTPUTS')?.includes('raw') ?? false,
    workDir: reader.get('WORK_DIR'),
    hoursPerHost: reader.get('HOURS_PER_HOST'),
    hourRetryForMs: reader.get('HOUR_RETRY_FOR'),
    maxLineBytes: reader.get('MAX_LINE_BYTES'),
  };
  reader.finish();
  const secrets = [...secretsOf(env), ...secretsOfConnection(client.temporal.connectionOptions)];
  return { ...settings, redact: redactor(secrets) };
}

function bucketSettings(reader: EnvironmentReader): BucketSettings {
  const accessKey = reader.find('S3_USER_ACCESS_KEY');
  const secretKey = reader.find('S3_USER_SECRET_KEY');
  if ((accessKey === undefined) !== (secretKey === undefined)) {
    reader.report(
      'S3_USER_ACCESS_KEY and S3_USER_SECRET_KEY go together: set both, or neither for the AWS default chain',
    );
  }
  for (const name of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) reader.check(name, httpUrl);
  reader.check('AWS_REGION', textLike(/^[a-z\d-]+$/, 'a region such as us-east-1'));
  const place = {
    bucket: reader.get('AWS_BUCKET_NAME'),
    prefix: reader.get('S3_PREFIX'),
    proxies: reader.include(readProxies),
    ...reader.include(readAuthorities),
  };
  return accessKey === undefined || secretKey === undefined
    ? place
    : { ...place, credentials: { accessKey, secretKey } };
}

/** Reads variables one by one and keeps every problem, so that all are told at once. */
class EnvironmentReader {
  readonly #env: NodeJS.ProcessEnv;
  readonly #problems: string[] = [];
  readonly #redact: Redact;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
    this.#redact = redactor(secretsOf(env));
  }

  find<N extends VariableName>(name: N): Values[N] | undefined {
    const variable: Variable<unknown> = variables[name];
    const text = this.#env[name]?.trim() || variable.fallback;
    if (text === undefined) return undefined;
    return this.#read(name, text, variable.read) as Values[N] | undefined;
  }

  #read<T>(name: string, text: string, read: (text: string) => Reading<T>): T | undefined {
    const reading = read(text);
    if (reading.ok) return reading.value;
    this.report(`${name}: ${reading.problem}${reading.hide ? '' : this.#received(text)}`);
    return undefined;
  }

  /** The value in words, unless it is a key in the wrong variable. */
  #received(text: string): string {
    const isKey = looksLikeKey(text) || this.#redact(text) !== text;
    return isKey ? `; its ${text.length} characters look like a key` : `, not ${JSON.stringify(text)}`;
  }

  /** Like `find`; an absent value is one more problem. What it then returns is never used: `finish` throws. */
  get<N extends VariableName>(name: N): Values[N] {
    const before = this.#problems.length;
    const value = this.find(name);
    if (value === undefined && this.#problems.length === before) {
      this.report(`${name} is not set: ${variables[name].help}`);
    }
    return value as Values[N];
  }

  /** Looks at a variable that another library reads, if it is set at all: an empty one counts there. */
  check(name: string, read: (text: string) => Reading<string>): void {
    const text = this.#env[name];
    if (text !== undefined) this.#read(name, text, read);
  }

  /** Takes over what another reader of the environment finds, and its problems; as with `get`, `finish` throws then. */
  include<T>(read: (env: NodeJS.ProcessEnv) => T): T {
    try {
      return read(this.#env);
    } catch (error) {
      if (!(error instanceof ConfigurationInvalid)) throw error;
      this.#problems.push(...error.problems);
      return undefined as T;
    }
  }

  report(problem: string): void {
    this.#problems.push(problem);
  }

  finish(): void {
    // What two readers include, both report.
    if (this.#problems.length > 0) throw new ConfigurationInvalid([...new Set(this.#problems)]);
  }
}
