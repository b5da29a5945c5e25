import type { S3Client } from '@aws-sdk/client-s3';
import { redactor, type Redact } from '../core/redact.ts';
import { credentialRefusal, loginAdvice } from './credential-errors.ts';
import { BucketDenied, BucketUnavailable, CredentialsExpired } from './errors.ts';
import { storageFailure } from './storage-errors.ts';

type Provider = S3Client['config']['credentials'];
type Credentials = Awaited<ReturnType<Provider>>;

/** How often one request is sent at most: the credentials may be renewed again while it is sent. */
const MAX_SENDS = 3;

/** Credentials are read again at most once in this time, since a token service may have to issue them. */
const READ_AGAIN_AFTER_MS = 5_000;

/** The same for credentials with a known expiry: most likely the policy refused the request. */
const READ_DENIED_AGAIN_AFTER_MS = 60_000;

/** This many sets of credentials are taken out of messages: those in use and those before them. */
const SETS_REDACTED = 4;

/**
 * Makes a client read its credentials again from the AWS default chain when the storage refuses them, and repeat the
 * request if the credentials have changed. A request whose body is a stream cannot be repeated here, as the stream
 * was read: CredentialsExpired tells the caller to repeat it. The client also throws CredentialsExpired for
 * credentials that have expired and are not renewed yet, and for those that the storage accepted before and no longer
 * knows.
 */
export function renewCredentials(client: S3Client): void {
  const chain = new CredentialChain(client.config.credentials);
  client.middlewareStack.add(
    (next) => async (args) => {
      for (let sends = 1; ; sends += 1) {
        const used = await chain.current();
        try {
          const output = await next(args);
          chain.wasAccepted = true;
          return output;
        } catch (error) {
          chain.hideSecrets(error);
          const refusal = refusalOf(error);
          if (refusal === undefined) throw error;
          const renewed = await chain.renew(used, refusal);
          const canRepeat = !isStream('Body' in args.input ? args.input.Body : undefined);
          if (renewed && canRepeat && sends < MAX_SENDS) continue;
          if (renewed && !canRepeat)
            throw new CredentialsExpired('the credentials were renewed while an object was being sent');
          if (refusal === 'expired' || (refusal === 'unknown' && chain.wasAccepted)) throw notRenewed(error);
          throw error;
        }
      }
    },
    { name: 'renewCredentials', step: 'initialize', priority: 'high' },
  );
}

/** `denied`: the cause may be the policy or the credentials. The answer to HEAD never says which. */
type Refusal = 'expired' | 'unknown' | 'denied';

function refusalOf(error: unknown): Refusal | undefined {
  const { name, status } = storageFailure(error);
  const named = credentialRefusal(name);
  if (named !== undefined) return named;
  const isDenied = status === 401 || status === 403 || (status === 400 && /^unknown/i.test(name));
  return isDenied ? 'denied' : undefined;
}

function notRenewed(error: unknown): CredentialsExpired {
  const { name, status } = storageFailure(error);
  return new CredentialsExpired(
    `the storage no longer accepts the credentials of the AWS default chain (${name}), and the chain has no new ones yet`,
    status === undefined ? {} : { httpStatus: status },
  );
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !(body instanceof Uint8Array);
}

/** The credentials that a client signs its requests with, as its provider returns them. */
class CredentialChain {
  /** True once the storage has accepted credentials of this chain. */
  wasAccepted = false;
  readonly #provider: Provider;
  #known: Credentials | undefined;
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;
  #secrets: string[] = [];
  #redact: Redact = redactor([]);

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  /** The credentials that the next request is signed with. @throws CredentialsExpired, BucketUnavailable, BucketDenied */
  async current(): Promise<Credentials> {
    try {
      const credentials = await this.#provider();
      this.#keep(credentials);
      return credentials;
    } catch (error) {
      throw readFailure(error, this.#known !== undefined);
    }
  }

  /** Reads the credentials again, once for all callers that wait. True if they differ from the ones that were used. */
  async renew(used: Credentials, refusal: Refusal): Promise<boolean> {
    if (!isSame(used, this.#known)) return true;
    const isPolicy = refusal === 'denied' && used.expiration !== undefined;
    const againAfterMs = isPolicy ? READ_DENIED_AGAIN_AFTER_MS : READ_AGAIN_AFTER_MS;
    if (this.#reading === undefined && performance.now() - this.#readAt < againAfterMs) return false;
    await (this.#reading ??= this.#read());
    return !isSame(used, this.#known);
  }

  /** Takes the keys out of an error in which the storage may have repeated them. */
  hideSecrets(error: unknown): void {
    if (!(error instanceof Error)) return;
    for (const [name, { value, writable }] of Object.entries(Object.getOwnPropertyDescriptors(error))) {
      if (typeof value === 'string' && writable === true) Reflect.set(error, name, this.#redact(value));
    }
  }

  async #read(): Promise<void> {
    try {
      this.#keep(await this.#provider({ forceRefresh: true }));
    } catch {
      // A file may be half written. The credentials in use stay, and the caller reports that they were refused.
    } finally {
      this.#readAt = performance.now();
      this.#reading = undefined;
    }
  }

  #keep(credentials: Credentials): void {
    if (isSame(credentials, this.#known)) return;
    this.#known = credentials;
    const { secretAccessKey, sessionToken = '' } = credentials;
    this.#secrets = [secretAccessKey, sessionToken, ...this.#secrets].slice(0, 2 * SETS_REDACTED);
    this.#redact = redactor(this.#secrets);
  }
}

function isSame(one: Credentials, other: Credentials | undefined): boolean {
  return (
    one.accessKeyId === other?.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken
  );
}

/**
 * The error for a chain that could not be read. Credentials that were there once may come back: from a session, a
 * role or a file.
 */
function readFailure(error: unknown, hadCredentials: boolean): unknown {
  const { name, status } = storageFailure(error);
  if (hadCredentials)
    return new CredentialsExpired(
      `the credentials have expired, and the AWS default chain has no new ones (${name})${loginAdvice(error)}`,
    );
  if (name === 'CredentialsProviderError') return error;
  // The error comes from the token service that issues the credentials.
  const isTrouble = status === undefined || status >= 500 || status === 429;
  return isTrouble
    ? new BucketUnavailable(`the AWS default chain could not get credentials (${name})`)
    : new BucketDenied(`the AWS default chain was refused credentials (${name}); check its role or profile`);
}
