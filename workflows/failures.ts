import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import type { WebhookDetail } from '../activities/tell-webhook.ts';
import { isErrorType, remedyFor } from '../core/error-types.ts';
import { ExportError, messageOf, type Failure } from '../core/errors.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { whatToDoAbout } from '../core/collect-advice.ts';
import type { HandedBackDetail } from '../core/worker-leaves.ts';

/** An hour that did not land, and why. */
export interface FailedHour extends Failure {
  readonly window: HourWindow;
}

/** In characters. The messages about archives fit in, because they shorten the names of members. */
const MAX_MESSAGE_LENGTH = 300;

/** True when no worker took the task from its worker-specific queue in time. */
export function workerIsGone(failure: unknown): boolean {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  return cause instanceof TimeoutFailure && cause.timeoutType === TimeoutType.SCHEDULE_TO_START;
}

/** True when the worker was told to stop, and has handed the hour back. */
export function isHandedBack(failure: unknown): boolean {
  return failure instanceof ActivityFailure && saysInDetails(failure.cause, 'handedBack');
}

/** True when the details of an activity's failure say this; those of older versions do not. */
export function saysInDetails(cause: unknown, what: keyof (HandedBackDetail & WebhookDetail)): boolean {
  if (!(cause instanceof ApplicationFailure)) return false;
  return (cause.details ?? []).some(
    (detail) => (detail as Partial<HandedBackDetail & WebhookDetail> | null)?.[what] === true,
  );
}

/** True for a failure after which another round of the hour begins. */
export function startsAgain(failure: unknown): boolean {
  if (workerIsGone(failure)) return true;
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  return (
    cause instanceof ApplicationFailure &&
    isErrorType(cause.type) &&
    remedyFor(cause.type).remedy === 'restart'
  );
}

/** The reason why an hour, or the run of a day, failed. */
export function describeFailure(window: HourWindow, failure: unknown): FailedHour {
  return { window, ...reasonOf(failure) };
}

/** The reason for a failure: the innermost cause, cut to 300 characters. */
export function reasonOf(failure: unknown): Failure {
  const wrapped = failure instanceof ActivityFailure || failure instanceof ChildWorkflowFailure;
  const cause = wrapped ? failure.cause : failure;
  const type =
    cause instanceof ApplicationFailure
      ? cause.type
      : cause instanceof TimeoutFailure
        ? 'Timeout'
        : undefined;
  if (cause instanceof ExportError) return { type: cause.type, message: messageOf(cause) };
  return { type: type ?? 'Error', message: messageOf(cause).slice(0, MAX_MESSAGE_LENGTH) };
}

/**
 * Turns an error into the failure that ends the run: with the type and message of its cause, not of an ActivityFailure.
 */
export function toRunFailure(error: unknown): unknown {
  if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) {
    return ApplicationFailure.nonRetryable(error.cause.message, error.cause.type);
  }
  // An error that is not a failure of Temporal would make it repeat the workflow task for ever.
  return error instanceof ExportError ? ApplicationFailure.nonRetryable(error.message, error.type) : error;
}

/**
 * The failure of a run with failed hours. Its message names hours of `failed`, which may be only some of the `count`;
 * its details are the progress of the run.
 */
export function hoursFailed(
  failed: readonly FailedHour[],
  count: number,
  progress: { readonly hours: number },
): ApplicationFailure {
  const reasons = new Map<string, HourWindow[]>();
  for (const { window, type, message } of failed) {
    const reason = `${type}: ${message}`;
    reasons.set(reason, [...(reasons.get(reason) ?? []), window]);
  }
  const named = [...reasons].slice(0, 5).map(([reason, windows]) => `${nameHours(windows)}: ${reason}`);
  const rest = reasons.size > named.length ? [`and ${reasons.size - named.length} other reasons`] : [];
  return ApplicationFailure.nonRetryable(
    `${count} of ${progress.hours} hours failed. ${[...named, ...rest].join('; ')}`,
    'HoursFailed',
    progress,
  );
}

/**
 * Failed hours with their reasons as Markdown, a line each, in a code block: the texts come from outside and must not
 * act as Markdown. Then what to do about each type.
 */
export function listFailed(failed: readonly FailedHour[]): string {
  const reasons = failed.map(({ window, type, message }) => `${window} ${type}: ${message}`);
  const advice = whatToDoAbout(failed).map(({ type, whatToDo }) => `- **${type}**: ${whatToDo}`);
  const list = fence(reasons.join('\n'));
  return advice.length === 0 ? list : `${list}\n\nWhat to do:\n\n${advice.join('\n')}`;
}

/** A text from outside as a code block, which Markdown shows word for word. */
export function fence(text: string): string {
  return `\`\`\`\n${text.replaceAll('`', "'")}\n\`\`\``;
}

function nameHours(windows: readonly HourWindow[]): string {
  const named = windows.slice(0, 3).join(', ');
  return windows.length > 3 ? `${named} and ${windows.length - 3} more` : named;
}
