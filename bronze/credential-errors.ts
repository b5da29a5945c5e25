import { messageOf } from '../core/errors.ts';
import { BucketDenied } from './errors.ts';

/** Refusals of a session token whose time is over. */
const EXPIRED_NAMES = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);

/** What to do about keys or a token that the storage does not know, by its word for it. */
const UNKNOWN_NAMES = new Map([
  ['InvalidAccessKeyId', 'the storage does not know the access key: check S3_USER_ACCESS_KEY'],
  // versitygw has a 404 of its own for an access key that it does not know.
  ['XAdminUserNotFound', 'the storage does not know the access key: check S3_USER_ACCESS_KEY'],
  ['SignatureDoesNotMatch', 'the secret key is not that of the access key: check S3_USER_SECRET_KEY'],
  ['InvalidToken', 'the session token is not that of the access key: check S3_USER_SESSION_TOKEN'],
  // MinIO's word for it.
  ['InvalidTokenId', 'the session token is not that of the access key: check S3_USER_SESSION_TOKEN'],
]);

/** Stores that take a bucket's name in the host's name only: Alibaba Cloud OSS, Tencent COS. */
const PATH_STYLE_NAMES = new Set(['SecondLevelDomainForbidden', 'PathStyleDomainForbidden']);

/** What the storage has against the credentials: their time is over, or it does not know them. */
export function credentialRefusal(name: string): 'expired' | 'unknown' | undefined {
  if (EXPIRED_NAMES.has(name)) return 'expired';
  return UNKNOWN_NAMES.has(name) ? 'unknown' : undefined;
}

/** What to do about a refusal whose name says that credentials or the form of the address are wrong, in words. */
export function refusalAdvice(name: string): string | undefined {
  if (EXPIRED_NAMES.has(name))
    return 'the session token has expired: set S3_USER_ACCESS_KEY, S3_USER_SECRET_KEY and S3_USER_SESSION_TOKEN to new ones, and restart';
  if (PATH_STYLE_NAMES.has(name))
    return "the storage wants the bucket's name in the host's: set S3_FORCE_PATH_STYLE=false";
  const advice = UNKNOWN_NAMES.get(name);
  if (advice === undefined) return undefined;
  const token = name === 'InvalidAccessKeyId' ? '; a temporary key needs its session token as well' : '';
  return `${advice}, or what the AWS default chain finds${token}`;
}

/** The error for an AWS default chain that finds no credentials. */
export function credentialsMissing(error: unknown): BucketDenied {
  return new BucketDenied(
    `no S3 credentials were found; set S3_USER_ACCESS_KEY and S3_USER_SECRET_KEY, or give the AWS default chain something to find${loginAdvice(error)}`,
  );
}

/** What the chain says of a session in a browser that is over; the rest of its text may be anybody's. */
export function loginAdvice(error: unknown): string {
  const [command] = /\baws (sso )?login\b/.exec(messageOf(error)) ?? [];
  return command === undefined ? '' : ` ("${command}" begins a new session)`;
}
