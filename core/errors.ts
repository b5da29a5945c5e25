import type { ErrorType } from './error-types.ts';

/** A failure as plain data. `type` is one of ours, or Temporal's name for it. */
export interface Failure {
  readonly type: string;
  readonly message: string;
}

/**
 * The base of every error that this project throws on purpose. `type` is stable and public: retry policies, logs, the
 * command line and docs/errors.md use it. The message says what was wrong, the value received, and what is special to
 * this case; error-types.ts says what to do. It never holds a secret.
 */
export abstract class ExportError extends Error {
  abstract readonly type: ErrorType;

  /** The failures behind this error, if it sums up several. Each of their types has its own advice. */
  readonly failures: readonly Failure[] = [];

  /** How long to wait before the next attempt, in milliseconds, if the cause says so. */
  readonly retryAfterMs: number | undefined;

  /** The HTTP status of the answer that caused it, if there was one. */
  readonly httpStatus: number | undefined;

  constructor(
    message: string,
    options: { cause?: unknown; retryAfterMs?: number; httpStatus?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.retryAfterMs = options.retryAfterMs;
    this.httpStatus = options.httpStatus;
  }
}

/** The message of any thrown value, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return text.replaceAll(/\s+/g, ' ').trim();
}
