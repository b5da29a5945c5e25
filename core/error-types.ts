import { bucketErrors } from './error-types/bucket.ts';
import type { ErrorEntry } from './error-types/entry.ts';
import { inputErrors } from './error-types/input.ts';
import { machineErrors } from './error-types/machine.ts';
import { networkErrors } from './error-types/network.ts';
import { runErrors } from './error-types/run.ts';
import { sourceErrors } from './error-types/source.ts';

/** All error types, in the order of docs/errors.md. */
const errorTypes = {
  ...inputErrors,
  ...sourceErrors,
  ...machineErrors,
  ...networkErrors,
  ...bucketErrors,
  ...runErrors,
};

/** The stable name of an error type. */
export type ErrorType = keyof typeof errorTypes;

/** What the program does about an error of this type, why, and what a person does next. */
export function remedyFor(type: ErrorType): ErrorEntry {
  return errorTypes[type];
}

/** Every error type, in the order in which they are documented. */
export const allErrorTypes = Object.keys(errorTypes) as ErrorType[];

/** The types that are not retried, for the retry policies: no retry of the same activity can succeed. */
export const notRetryableTypes = allErrorTypes.filter((type) => remedyFor(type).remedy !== 'retry');

/** True for the name of an error type. */
export function isErrorType(name: unknown): name is ErrorType {
  return typeof name === 'string' && Object.hasOwn(errorTypes, name);
}
