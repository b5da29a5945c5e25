import { ApplicationFailure } from '@temporalio/activity';
import { isErrorType, remedyFor } from '../core/error-types.ts';
import { ExportError, messageOf } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { Redact } from '../core/redact.ts';
import { WorkerLeaves, type HandedBackDetail } from '../core/worker-leaves.ts';
import { whatToDoAbout } from '../core/collect-advice.ts';

/** HOUR_RETRY_FOR is over. */
export class RetriesExhausted extends ExportError {
  readonly type = 'RetriesExhausted';
}

const handedBack: HandedBackDetail = { handedBack: true };

/** Below this the retry policy decides. The server takes a delay of 0 for "do not retry". */
const SHORTEST_DELAY_MS = 1000;

/**
 * Turns an error of an activity into the failure that history, Web UI and retry policies see. It has the type; the
 * message without secrets and control characters, and without a cause, which could hold anything; in its details what
 * to do, for the Web UI; and how long to wait when the error says so.
 */
export function toFailure(error: unknown, redact: Redact): ApplicationFailure {
  const type = error instanceof ExportError ? error.type : error instanceof Error ? error.name : 'Error';
  const message = printable(redact(messageOf(error)));
  const delayMs = delayOf(error);
  return ApplicationFailure.create({
    type,
    message,
    details: error instanceof WorkerLeaves ? [handedBack] : whatToDoAbout([{ type, message }]),
    nonRetryable: isErrorType(type) && remedyFor(type).remedy !== 'retry',
    ...(delayMs !== undefined && { nextRetryDelay: delayMs }),
  });
}

/** How long the next attempt has to wait, in milliseconds; undefined when the retry policy decides. */
export function delayOf(error: unknown): number | undefined {
  const delayMs = error instanceof ExportError ? (error.retryAfterMs ?? 0) : 0;
  return delayMs >= SHORTEST_DELAY_MS ? delayMs : undefined;
}
