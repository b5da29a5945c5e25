import { ExportError, messageOf } from '../../core/errors.ts';
import type { ErrorType } from '../../core/error-types.ts';
import type { Redact } from '../../core/redact.ts';
import { whatToDoAbout } from '../../core/collect-advice.ts';
import { printAside, printJson } from './print.ts';

/** Wrong usage: the user can fix these with other options or settings. */
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
 * Prints an error: its type, its message and what to do, without a stack. An error without a type is a bug of the
 * program: its stack is printed. `redact` removes secrets. Returns the exit code: 1 failed, 2 wrong usage.
 */
export function report(error: unknown, json: boolean, redact: Redact): 1 | 2 {
  if (json) {
    printJson({ ...resultOf(error), error: errorAsJson(error) }, redact);
  } else if (error instanceof ExportError) {
    printAside(...redact(`${error.type}: ${error.message}`).split('\n'), ...adviceOn(error));
  } else {
    // Not the whole object: it may hold a request with its headers.
    const text = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
    printAside(...redact(text).split('\n'));
  }
  return error instanceof ExportError && USAGE.includes(error.type) ? 2 : 1;
}

/** A line on what to do about an error, and one for each other type among the failures that it sums up. */
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

/** The result that an error carries: --json prints it in one document with the error. */
function resultOf(error: unknown): object {
  const result: unknown = error instanceof ExportError && 'result' in error ? error.result : undefined;
  return typeof result === 'object' && result !== null ? result : {};
}
