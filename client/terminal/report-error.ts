import { ExportError, messageOf } from '../../core/errors.ts';
import type { ErrorType } from '../../core/error-types.ts';
import type { Redact } from '../../core/redact.ts';
import { printAside, printJson } from './print.ts';

/** What the user can mend by calling again with other words. */
const USAGE: readonly ErrorType[] = [
  'ConfigurationInvalid',
  'FaultInvalid',
  'InputInvalid',
  'IntervalMissing',
  'IntervalReversed',
  'IntervalTooLong',
  'WindowInvalid',
];

/**
 * Tells an error: its type and what to do, without a stack, unless it is none of ours and so a fault of the program.
 * `redact` takes the secrets out. Gives the exit code: 1 failed, 2 wrong usage.
 */
export function report(error: unknown, json: boolean, redact: Redact): 1 | 2 {
  const type = error instanceof ExportError ? error.type : 'Error';
  if (json) {
    const message = error instanceof Error ? error.message : messageOf(error);
    printJson({ ...resultOf(error), error: { type, message } }, redact);
  } else if (error instanceof ExportError) {
    printAside(...redact(`${type}: ${error.message}`).split('\n'));
  } else {
    // Not the object: it may hold a request with what that carries.
    const told = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
    printAside(...redact(told).split('\n'));
  }
  return error instanceof ExportError && USAGE.includes(error.type) ? 2 : 1;
}

/** What was found out all the same: with --json it makes one document with the error. */
function resultOf(error: unknown): object {
  const result: unknown = error instanceof ExportError && 'result' in error ? error.result : undefined;
  return typeof result === 'object' && result !== null ? result : {};
}
