import { isErrorType, remedyFor, type ErrorType } from './error-types.ts';
import type { Failure } from './errors.ts';

/** What a person does about the errors of one type. */
export interface Advice {
  readonly type: ErrorType;
  readonly whatToDo: string;
}

/** Comes before the type of the last failure in a message of RetriesExhausted. */
export const LAST_FAILURE = 'the last one failed with ';

/**
 * What to do about some failures, once for each error type, in their order. For RetriesExhausted, also what to do
 * about the last failure, which is the cause.
 */
export function whatToDoAbout(failures: readonly Failure[]): Advice[] {
  const types = failures
    .flatMap(({ type, message }) => (type === 'RetriesExhausted' ? [type, lastType(message)] : [type]))
    .filter(isErrorType);
  return [...new Set(types)].map((type) => ({ type, whatToDo: remedyFor(type).whatToDo }));
}

/** Our own words come before a quoted message, so the first match is ours. */
function lastType(message: string): string | undefined {
  const [, rest = ''] = message.split(LAST_FAILURE, 2);
  return /^\w+(?=: )/.exec(rest)?.[0];
}
