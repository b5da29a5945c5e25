import { secrets } from '../pipeline.ts';

/** Keys for what a pipeline sets up no key for; no other text holds them. */
export const temporalKeys = {
  TEMPORAL_API_KEY: 'temporal-key-7c51e09ab4',
  TEMPORAL_GRPC_META_X_TOKEN: 'header-token-e2884d61f0',
  // The key would have the client ask for TLS, which the test server does not speak.
  TEMPORAL_TLS: 'false',
} as const;

/** How a proxy lets us in; the password has characters that an address spells otherwise. */
export const proxyKeys = { user: 'proxy-user-3c9d5520', password: 'proxy/password?61@0f' } as const;

/** What every HTTP request of ours is signed with, in front of the signature itself. */
const SIGNED = /AWS4-HMAC-SHA256|Signature=|Credential=|Basic [\w+/=]{8}|Bearer [\w.-]{8}/;

/** The two Amplitude keys as HTTP Basic sends them. */
export const basicToken = basicOf(`${secrets.AMP_API_KEY}:${secrets.AMP_SECRET_KEY}`);

/** User and password, joined by a colon, as HTTP Basic sends them. */
export function basicOf(pair: string): string {
  return Buffer.from(pair).toString('base64');
}

/** Says what a text gives away: the names of keys, in whichever form, and whether it holds a signed header. */
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
