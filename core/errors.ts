import type { ErrorType } from './error-types.ts';

/** What went wrong, where it is told as data: the type is one of ours, or whatever Temporal called it. */
export interface Failure {
  readonly type: string;
  readonly message: string;
}

/**
 * The base of every error that this project raises on purpose. `type` is stable and public: retry policies, logs,
 * the command line and docs/errors.md name errors by it. The message says what was wrong, the value received, and what
 * is special to this case; error-types.ts says what to do about the type. It never holds a secret.
 */
export abstract class ExportError extends Error {
  abstract readonly type: ErrorType;

  /** The failures that this error sums up, if it does: there is something to do about each type among them. */
  readonly failures: readonly Failure[] = [];

  /** How long to wait before the next attempt, in milliseconds, when the cause says so. */
  readonly retryAfterMs: number | undefined;

  /** The status of the answer that said so, when one did. */
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

/** The message of anything thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return text.replaceAll(/\s+/g, ' ').trim();
}
