import { archiveLimits } from '../amplitude/limits.ts';
import { outputFormats } from '../bronze/output-formats.ts';
import { bucketName } from './bucket-name.ts';
import {
  duration,
  httpUrl,
  listenAddress,
  listOf,
  oneOf,
  secretUrl,
  textLike,
  wholeNumber,
  type Reading,
} from './readers.ts';
import { Secret } from '../core/secret.ts';

/** One environment variable: how its text is read, its default, and a line of help. */
export interface Variable<T> {
  readonly read: (text: string) => Reading<T>;
  readonly fallback?: string;
  readonly help: string;
}

const secret = (text: string): Reading<Secret> => ({ ok: true, value: new Secret(text) });
const anyText = textLike(/\S/, 'some text');

/**
 * Every variable that the project itself reads. The AWS SDK reads its own (`AWS_REGION`, `AWS_ENDPOINT_URL_S3`,
 * profiles), and so does Temporal (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, ...), which has no variable for the Web
 * UI.
 */
export const variables = {
  AMP_API_KEY: { read: secret, help: 'API key of the Amplitude project' },
  AMP_SECRET_KEY: { read: secret, help: 'secret key of the Amplitude project' },
  AMP_DATA_REGION: {
    read: oneOf(['us', 'eu']),
    fallback: 'us',
    help: 'data region of the project: us or eu',
  },
  AMP_EXPORT_URL: { read: httpUrl, help: 'replaces the whole endpoint address (a proxy, the sample API)' },
  AWS_BUCKET_NAME: {
    read: bucketName,
    help: 'bucket that the export lands in',
  },
  S3_USER_ACCESS_KEY: { read: anyText, help: 'S3 access key; without the pair, the AWS default chain' },
  S3_USER_SECRET_KEY: { read: secret, help: 'S3 secret key, given with S3_USER_ACCESS_KEY' },
  S3_USER_SESSION_TOKEN: { read: secret, help: 'session token of a temporary pair, or AWS_SESSION_TOKEN' },
  S3_FORCE_PATH_STYLE: {
    read: oneOf(['true', 'false']),
    help: 'bucket name in the path; the default with a custom endpoint',
  },
  S3_SSE: { read: oneOf(['AES256', 'aws:kms']), help: 'encryption asked for: AES256 or aws:kms' },
  S3_SSE_KMS_KEY_ID: { read: anyText, help: 'KMS key, with S3_SSE=aws:kms' },
  S3_PREFIX: {
    read: textLike(
      /^[\w.-]+(\/[\w.-]+)*$/,
      'folders such as bronze/amplitude, without a slash at either end',
    ),
    fallback: 'amplitude',
    help: 'first part of every key',
  },
  OUTPUTS: {
    read: listOf(outputFormats),
    fallback: 'raw,events',
    help: 'what lands for an hour: raw, events, parquet; events always land',
  },
  TASK_QUEUE: { read: anyText, fallback: 'amplitude-export', help: 'Temporal task queue of the workers' },
  TEMPORAL_UI_URL: {
    read: httpUrl,
    fallback: 'http://localhost:8233',
    help: 'Temporal Web UI, for links to runs',
  },
  ALERT_WEBHOOK_URL: { read: secretUrl, help: 'address that gets notifications (JSON); all of it is secret' },
  WORK_DIR: { read: anyText, help: 'folder for the files of hours in flight' },
  HOUR_CONCURRENCY: { read: wholeNumber(1, 168), fallback: '4', help: 'hours that one run has in flight' },
  HOURS_PER_WORKER: {
    read: wholeNumber(1, 100),
    fallback: '4',
    help: 'hours whose files one worker holds at once',
  },
  PARSE_THREADS: {
    read: wholeNumber(1, 256),
    help: 'members that one worker parses at once, each in a thread',
  },
  HOUR_DUE_AFTER: {
    read: duration(168),
    fallback: '3h',
    help: 'when an hour is due, counted from its start',
  },
  HOUR_RETRY_FOR: {
    read: duration(24),
    fallback: '2h',
    help: 'how long one hour is retried before it fails',
  },
  MAX_LINE_BYTES: {
    read: wholeNumber(1024, archiveLimits.lineBytes),
    fallback: String(32 * 1024 * 1024),
    help: 'longest line that counts as an event; a longer one is rejected',
  },
  LOG_FORMAT: {
    read: oneOf(['json', 'text']),
    help: "form of the worker's log; the default is text on a terminal, json elsewhere",
  },
  LOG_LEVEL: {
    read: oneOf(['debug', 'info', 'warn', 'error']),
    fallback: 'info',
    help: "least severe entries of the worker's log that are written",
  },
  WORKER_BUILD_ID: {
    read: textLike(
      /^(?!__)[\w.+-]{1,100}$/,
      'up to 100 letters, digits and . _ + -, not with __ at the start',
    ),
    help: 'version of this worker, for Worker Deployments; by default it has none',
  },
  METRICS_ADDRESS: {
    read: listenAddress,
    help: 'where a worker serves /metrics, /healthz and /readyz, such as 127.0.0.1:9464; by default nowhere',
  },
} as const satisfies Record<string, Variable<unknown>>;

/** The name of a variable that the project reads. */
export type VariableName = keyof typeof variables;

type Read<N extends VariableName> = Extract<ReturnType<(typeof variables)[N]['read']>, { ok: true }>['value'];

/** The type of the value of each variable. */
export type Values = { readonly [N in VariableName]: Read<N> };
