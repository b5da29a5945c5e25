import type { ClientConnectConfig } from '@temporalio/envconfig';
import { proxySecrets } from './proxies.ts';

/** Variables whose values no text may hold: ours, the AWS SDK's and Temporal's. An access key's id is no secret. */
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

/** Temporal sends what follows as headers with each call: `TEMPORAL_GRPC_META_AUTHORIZATION` and the like. */
const HEADER_PREFIX = 'TEMPORAL_GRPC_META_';

/** Every secret that an environment holds, those of its proxies too, and the Amplitude pair as HTTP Basic joins it. */
export function secretsOf(env: NodeJS.ProcessEnv): string[] {
  const headers = Object.keys(env).filter((name) => name.startsWith(HEADER_PREFIX));
  const values = [...NAMES, ...headers].flatMap((name) => env[name]?.trim() || []);
  const pair = [env['AMP_API_KEY'], env['AMP_SECRET_KEY']].map((key) => key?.trim());
  return [...values, pair.join(':'), ...proxySecrets(env)];
}

/** Every secret of a connection to Temporal, which need not be in the environment: `temporal.toml` may hold it. */
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
 * True for a text that looks like a key: long and without a break, as Amplitude's and AWS' are, or a JSON web token. It
 * may stand in the wrong variable.
 */
export function looksLikeKey(text: string): boolean {
  return /^eyJ[\w.-]{20,}$/.test(text) || (/^[A-Za-z\d+/=]{20,}$/.test(text) && /\d/.test(text));
}
