import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { isErrorType, remedyFor } from '../core/error-types.ts';
import { ExportError, messageOf, type Failure } from '../core/errors.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { whatToDoAbout } from '../core/what-to-do.ts';

/** An hour that did not land, and why. */
export interface FailedHour extends Failure {
  readonly window: HourWindow;
}

/** In characters. What is wrong with an archive fits in: see the length of a member's name in messages. */
const LONGEST_MESSAGE = 300;

/** True when no worker took the task from its worker-specific queue in time. */
export function workerIsGone(failure: unknown): boolean {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  return cause instanceof TimeoutFailure && cause.timeoutType === TimeoutType.SCHEDULE_TO_START;
}

/** True for a failure after which the hour starts again from extract. */
export function startsAgain(failure: unknown): boolean {
  if (workerIsGone(failure)) return true;
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  return (
    cause instanceof ApplicationFailure &&
    isErrorType(cause.type) &&
    remedyFor(cause.type).remedy === 'restart'
  );
}

/** What is told of an hour whose activities failed, or a day whose run did: the innermost cause, cut to a line. */
export function describeFailure(window: HourWindow, failure: unknown): FailedHour {
  const wrapped = failure instanceof ActivityFailure || failure instanceof ChildWorkflowFailure;
  const cause = wrapped ? failure.cause : failure;
  const type =
    cause instanceof ApplicationFailure
      ? cause.type
      : cause instanceof TimeoutFailure
        ? 'Timeout'
        : undefined;
  if (cause instanceof ExportError) return { window, type: cause.type, message: messageOf(cause) };
  return { window, type: type ?? 'Error', message: messageOf(cause).slice(0, LONGEST_MESSAGE) };
}

/** The same failure in the form that ends the run with its own type and message, not with those of an activity. */
export function endRun(error: unknown): unknown {
  if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) {
    return ApplicationFailure.nonRetryable(error.cause.message, error.cause.type);
  }
  // An error that is no failure of Temporal's would repeat the workflow task for ever.
  return error instanceof ExportError ? ApplicationFailure.nonRetryable(error.message, error.type) : error;
}

/**
 * The failure of a run of which some hours did not land. It names the hours given, which may be some of `count`, and
 * its details are all that the run came to.
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
  const told = [...reasons].slice(0, 5).map(([reason, windows]) => `${nameHours(windows)}: ${reason}`);
  const rest = reasons.size > told.length ? [`and ${reasons.size - told.length} other reasons`] : [];
  return ApplicationFailure.nonRetryable(
    `${count} of ${progress.hours} hours failed. ${[...told, ...rest].join('; ')}`,
    'HoursFailed',
    progress,
  );
}

/**
 * Failed hours with their reasons, a line each, fenced: the text came from outside and must not pose as Markdown of ours.
 * Then what to do about each type.
 */
export function listFailed(failed: readonly FailedHour[]): string {
  const reasons = failed.map(({ window, type, message }) => `${window} ${type}: ${message}`);
  const advice = whatToDoAbout(failed).map(({ type, whatToDo }) => `- **${type}**: ${whatToDo}`);
  const list = fence(reasons.join('\n'));
  return advice.length === 0 ? list : `${list}\n\nWhat to do:\n\n${advice.join('\n')}`;
}

/** A text of others as Markdown shows it word for word. */
export function fence(text: string): string {
  return `\`\`\`\n${text.replaceAll('`', "'")}\n\`\`\``;
}

function nameHours(windows: readonly HourWindow[]): string {
  const named = windows.slice(0, 3).join(', ');
  return windows.length > 3 ? `${named} and ${windows.length - 3} more` : named;
}
