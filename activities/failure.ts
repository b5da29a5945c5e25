import { ApplicationFailure } from '@temporalio/activity';
import { isErrorType, remedyFor } from '../core/error-types.ts';
import { ExportError, messageOf } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { Redact } from '../core/redact.ts';
import { whatToDoAbout } from '../core/what-to-do.ts';

/** Retries have gone on for as long as HOUR_RETRY_FOR allows. */
export class RetriesExhausted extends ExportError {
  readonly type = 'RetriesExhausted';
}

/** The server takes a delay of nothing for "do not retry"; a short one is as good as the retry policy's own. */
const SHORTEST_DELAY_MS = 1000;

/**
 * What an activity throws is what history, Web UI and retry policies see: the type, a message without a cause (which
 * could hold anything), without secrets and without what a terminal obeys, what to do about it (in the details, for the
 * Web UI), and how long to wait when the error says so.
 */
export function toFailure(error: unknown, redact: Redact): ApplicationFailure {
  const type = error instanceof ExportError ? error.type : error instanceof Error ? error.name : 'Error';
  const message = printable(redact(messageOf(error)));
  const delayMs = delayOf(error);
  return ApplicationFailure.create({
    type,
    message,
    details: whatToDoAbout([{ type, message }]),
    nonRetryable: isErrorType(type) && remedyFor(type).remedy !== 'retry',
    ...(delayMs !== undefined && { nextRetryDelay: delayMs }),
  });
}

/** How long an error has the next attempt wait, in milliseconds; undefined when the retry policy is to say. */
export function delayOf(error: unknown): number | undefined {
  const delayMs = error instanceof ExportError ? (error.retryAfterMs ?? 0) : 0;
  return delayMs >= SHORTEST_DELAY_MS ? delayMs : undefined;
}
