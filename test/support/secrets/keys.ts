import { secrets } from '../pipeline.ts';

/** Keys that a pipeline does not set up; they occur in no other text. */
export const temporalKeys = {
  TEMPORAL_API_KEY: 'temporal-key-7c51e09ab4',
  TEMPORAL_GRPC_META_X_TOKEN: 'header-token-e2884d61f0',
  // With an API key, the client would use TLS, which the test server does not support.
  TEMPORAL_TLS: 'false',
} as const;

/** The credentials of a proxy; the password has characters that must be percent-encoded in an address. */
export const proxyKeys = { user: 'proxy-user-3c9d5520', password: 'proxy/password?61@0f' } as const;

/** The parts of a webhook's address that nobody may see. */
export const webhookKeys = {
  team: 'T0HOOK4E1B',
  token: 'hook-token-20f8c61d9e',
  query: 'hook-query-b7731',
} as const;

/** The path of a webhook's address. */
export const webhookPath = `/services/${webhookKeys.team}/${webhookKeys.token}?key=${webhookKeys.query}`;

/** The start of every Authorization header and signature that our requests have. */
const SIGNED = /AWS4-HMAC-SHA256|Signature=|Credential=|Basic [\w+/=]{8}|Bearer [\w.-]{8}/;

/** The two Amplitude keys as HTTP Basic sends them. */
export const basicToken = basicOf(`${secrets.AMP_API_KEY}:${secrets.AMP_SECRET_KEY}`);

/** User and password, joined by a colon, as HTTP Basic sends them. */
export function basicOf(pair: string): string {
  return Buffer.from(pair).toString('base64');
}

/** The names of the keys that a text contains, in any form, and `a signed header` if it contains one. */
export function keysIn(text: string, env: Readonly<Record<string, string>>): string[] {
  const keys = {
    ...secrets,
    ...temporalKeys,
    TEMPORAL_TLS: '',
    S3_USER_SECRET_KEY: env['S3_USER_SECRET_KEY'] ?? '',
    S3_USER_ACCESS_KEY: env['S3_USER_ACCESS_KEY'] ?? '',
    'HTTP Basic': `${secrets.AMP_API_KEY}:${secrets.AMP_SECRET_KEY}`,
    'proxy user': proxyKeys.user,
    'proxy password': proxyKeys.password,
    'webhook team': webhookKeys.team,
    'webhook token': webhookKeys.token,
    'webhook query': webhookKeys.query,
    'webhook path': webhookPath,
    'webhook address': env['ALERT_WEBHOOK_URL'] ?? '',
    'proxy credentials': `${proxyKeys.user}:${proxyKeys.password}`,
  };
  const lower = text.toLowerCase();
  const found = Object.entries(keys)
    .filter(([, key]) => key !== '' && formsOf(key).some((form) => lower.includes(form.toLowerCase())))
    .map(([name]) => name);
  return SIGNED.test(text) ? [...found, 'a signed header'] : found;
}

function formsOf(key: string): string[] {
  const base64 = Buffer.from(key).toString('base64');
  return [
    key,
    base64,
    base64.replace(/=+$/, ''),
    encodeURIComponent(base64),
    Buffer.from(key).toString('hex'),
  ];
}
