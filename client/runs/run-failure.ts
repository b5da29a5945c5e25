import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  WorkflowFailedError,
} from '@temporalio/client';
import { isErrorType, type ErrorType } from '../../core/error-types.ts';
import { ExportError, messageOf } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import type { FailedHour } from '../../workflows/failures.ts';
import { groupHours } from '../terminal/group-hours.ts';

/** A run failed, was cancelled or was terminated. */
class RunFailed extends ExportError {
  readonly type: ErrorType;
  /** The result of the verb with --json; `progress` is the run's last, when its failure has it. */
  readonly result: { readonly workflowId: string; readonly progress?: unknown };
  override readonly failures: readonly FailedHour[];

  constructor(
    type: ErrorType,
    message: string,
    result: RunFailed['result'],
    failures: readonly FailedHour[] = [],
  ) {
    super(message);
    this.type = type;
    this.result = result;
    this.failures = failures;
  }
}

/** Makes RunFailed of a run's failure. Any other error stays as it is. */
export function runFailure(error: unknown, workflowId: string): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  const { cause } = error;
  if (cause instanceof CancelledFailure || cause instanceof TerminatedFailure) {
    return new RunFailed(
      'RunStopped',
      `the run was stopped before its end (${messageOf(cause)}); hours that have landed stay landed`,
      { workflowId },
    );
  }
  if (!(cause instanceof ApplicationFailure))
    return new RunFailed('HoursFailed', messageOf(cause ?? error), { workflowId });
  const type = isErrorType(cause.type) ? cause.type : 'HoursFailed';
  const progress: unknown = cause.details?.[0];
  const result = progress === undefined ? { workflowId } : { workflowId, progress };
  const failed = failedHours(progress);
  return new RunFailed(type, nameAll(messageOf(cause), failed), result, failed);
}

/** The failed hours in the progress of a failed run; for a backfill, the first ones. */
function failedHours(progress: unknown): readonly FailedHour[] {
  if (typeof progress !== 'object' || progress === null) return [];
  const { failed, firstFailed } = progress as { readonly failed?: unknown; readonly firstFailed?: unknown };
  const listed = firstFailed ?? failed;
  return Array.isArray(listed) ? (listed as readonly FailedHour[]) : [];
}

/** Adds a line for each failed hour and reason when the message, which is short, leaves some out. */
function nameAll(message: string, failed: readonly FailedHour[]): string {
  if (failed.every((hour) => message.includes(hour.window) && message.includes(reasonOf(hour))))
    return message;
  const windows = new Map<string, HourWindow[]>();
  for (const hour of failed)
    windows.set(reasonOf(hour), [...(windows.get(reasonOf(hour)) ?? []), hour.window]);
  const lines = [...windows].flatMap(([reason, hours]) =>
    groupHours(hours.toSorted()).map(
      ({ start, end }) => `  ${start === end ? start : `${start} to ${end}`} ${printable(reason)}`,
    ),
  );
  return [message, ...lines.toSorted()].join('\n');
}

function reasonOf({ type, message }: FailedHour): string {
  return `${type}: ${message}`;
}
