import { ExportError, messageOf } from '../../core/errors.ts';
import type { ErrorType } from '../../core/error-types.ts';
import type { Redact } from '../../core/redact.ts';
import { whatToDoAbout } from '../../core/what-to-do.ts';
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
 * Tells an error: its type, its message and what to do, without a stack, unless it is none of ours and so a fault of the
 * program. `redact` takes the secrets out. Gives the exit code: 1 failed, 2 wrong usage.
 */
export function report(error: unknown, json: boolean, redact: Redact): 1 | 2 {
  if (json) {
    printJson({ ...resultOf(error), error: errorAsJson(error) }, redact);
  } else if (error instanceof ExportError) {
    printAside(...redact(`${error.type}: ${error.message}`).split('\n'), ...adviceOn(error));
  } else {
    // Not the object: it may hold a request with what that carries.
    const told = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
    printAside(...redact(told).split('\n'));
  }
  return error instanceof ExportError && USAGE.includes(error.type) ? 2 : 1;
}

/** What to do about an error, then about each other type of the failures that it sums up, a line each. */
function adviceOn(error: ExportError): string[] {
  return whatToDoAbout([error, ...error.failures]).map(
    ({ type, whatToDo }) => `  What to do${type === error.type ? '' : ` about ${type}`}: ${whatToDo}`,
  );
}

function errorAsJson(error: unknown): object {
  if (!(error instanceof ExportError))
    return { type: 'Error', message: error instanceof Error ? error.message : messageOf(error) };
  const { type, message, failures } = error;
  const [own, ...causes] = whatToDoAbout([error, ...failures]);
  return { type, message, whatToDo: own?.whatToDo, ...(causes.length > 0 && { causes }) };
}

/** What was found out all the same: with --json it makes one document with the error. */
function resultOf(error: unknown): object {
  const result: unknown = error instanceof ExportError && 'result' in error ? error.result : undefined;
  return typeof result === 'object' && result !== null ? result : {};
}
