import type { ClientConnectConfig } from '@temporalio/envconfig';
import { secretsOfWebhook } from '../alerts/webhook.ts';
import { decoded } from '../core/decoded.ts';
import { proxySecrets } from './proxies.ts';

/**
 * Variables whose values no text may show: ours, the AWS SDK's and Temporal's. The access key of a pair is not
 * secret.
 */
const NAMES = [
  'AMP_API_KEY',
  'AMP_SECRET_KEY',
  'S3_USER_SECRET_KEY',
  'S3_USER_SESSION_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'TEMPORAL_API_KEY',
  'TEMPORAL_TLS_CLIENT_KEY_DATA',
  'TEMPORAL_CODEC_AUTH',
] as const;

/** Temporal sends variables with this prefix as headers of each call, such as `TEMPORAL_GRPC_META_AUTHORIZATION`. */
const HEADER_PREFIX = 'TEMPORAL_GRPC_META_';

/** OpenTelemetry sends the pairs in these variables as headers to its collector: `name=value,name=value`. */
const COLLECTOR_HEADERS = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'];

/**
 * Every secret in an environment, including those of its proxies and in the address of its webhook, and the Amplitude
 * pair in the form `key:secret` of HTTP Basic.
 */
export function secretsOf(env: NodeJS.ProcessEnv): string[] {
  const headers = Object.keys(env).filter((name) => name.startsWith(HEADER_PREFIX));
  const values = [...NAMES, ...headers].flatMap((name) => env[name]?.trim() || []);
  const pair = [env['AMP_API_KEY'], env['AMP_SECRET_KEY']].map((key) => key?.trim());
  const webhook = secretsOfWebhook(env['ALERT_WEBHOOK_URL']?.trim() ?? '');
  return [...values, pair.join(':'), ...collectorSecrets(env), ...proxySecrets(env), ...webhook];
}

/** The values of the headers, as they are written and as they are sent. */
function collectorSecrets(env: NodeJS.ProcessEnv): string[] {
  const pairs = COLLECTOR_HEADERS.flatMap((name) => (env[name] ?? '').split(','));
  const values = pairs
    .map((pair) => pair.slice(pair.indexOf('=') + 1).trim())
    .filter((value) => value !== '');
  return values.flatMap((value) => [value, decoded(value)]);
}

/** Every secret of a connection to Temporal. They may come from `temporal.toml` and not from the environment. */
export function secretsOfConnection(options: ClientConnectConfig['connectionOptions']): string[] {
  const { apiKey, metadata = {}, tls } = options;
  const pair = typeof tls === 'object' ? tls?.clientCertPair : undefined;
  return [
    ...(typeof apiKey === 'string' ? [apiKey] : []),
    ...Object.values(metadata).map(String),
    ...(pair === undefined ? [] : [Buffer.from(pair.key).toString()]),
  ];
}

/**
 * True for a text that looks like a key: long and without a break, as the keys of Amplitude and AWS are, or a JSON
 * web token. A user may have put it into the wrong variable.
 */
export function looksLikeKey(text: string): boolean {
  return /^eyJ[\w.-]{20,}$/.test(text) || (/^[A-Za-z\d+/=]{20,}$/.test(text) && /\d/.test(text));
}
