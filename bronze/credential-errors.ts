import { messageOf } from '../core/errors.ts';
import { BucketDenied } from './errors.ts';

/** The storage's names for an expired session token. */
const EXPIRED_NAMES = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);

/** What to do about keys or a token that the storage does not know, by the storage's name for the error. */
const UNKNOWN_NAMES = new Map([
  ['InvalidAccessKeyId', 'the storage does not know the access key: check S3_USER_ACCESS_KEY'],
  // versitygw answers 404 with this name for an unknown access key.
  ['XAdminUserNotFound', 'the storage does not know the access key: check S3_USER_ACCESS_KEY'],
  ['SignatureDoesNotMatch', 'the secret key does not belong to the access key: check S3_USER_SECRET_KEY'],
  ['InvalidToken', 'the session token does not belong to the access key: check S3_USER_SESSION_TOKEN'],
  // MinIO's name for it.
  ['InvalidTokenId', 'the session token does not belong to the access key: check S3_USER_SESSION_TOKEN'],
]);

/** The names by which stores refuse a bucket's name in the path: Alibaba Cloud OSS, Tencent COS. */
const PATH_STYLE_NAMES = new Set(['SecondLevelDomainForbidden', 'PathStyleDomainForbidden']);

/** Why the storage refused the credentials: they have expired, or it does not know them. Undefined for another name. */
export function credentialRefusal(name: string): 'expired' | 'unknown' | undefined {
  if (EXPIRED_NAMES.has(name)) return 'expired';
  return UNKNOWN_NAMES.has(name) ? 'unknown' : undefined;
}

/**
 * What to do, in words, about a refusal whose name says that the credentials or the form of the address are wrong.
 * Undefined for another name.
 */
export function refusalAdvice(name: string): string | undefined {
  if (EXPIRED_NAMES.has(name))
    return 'the session token has expired: set S3_USER_ACCESS_KEY, S3_USER_SECRET_KEY and S3_USER_SESSION_TOKEN to new ones, and restart';
  if (PATH_STYLE_NAMES.has(name))
    return "the storage takes the bucket's name only as part of the host name: set S3_FORCE_PATH_STYLE=false";
  const advice = UNKNOWN_NAMES.get(name);
  if (advice === undefined) return undefined;
  const token = name === 'InvalidAccessKeyId' ? '; a temporary key needs its session token as well' : '';
  return `${advice}, or what the AWS default chain finds${token}`;
}

/** The error for an AWS default chain that finds no credentials. */
export function credentialsMissing(error: unknown): BucketDenied {
  return new BucketDenied(
    `no S3 credentials were found; set S3_USER_ACCESS_KEY and S3_USER_SECRET_KEY, or set up credentials for the AWS default chain${loginAdvice(error)}`,
  );
}

/**
 * The command that begins a new browser session, if the chain's error names one. The rest of the error's text may
 * come from others, so it is left out.
 */
export function loginAdvice(error: unknown): string {
  const [command] = /\baws (sso )?login\b/.exec(messageOf(error)) ?? [];
  return command === undefined ? '' : ` ("${command}" begins a new session)`;
}
