import { bucketErrors } from './error-types/bucket.ts';
import type { ErrorEntry } from './error-types/entry.ts';
import { inputErrors } from './error-types/input.ts';
import { machineErrors } from './error-types/machine.ts';
import { networkErrors } from './error-types/network.ts';
import { runErrors } from './error-types/run.ts';
import { sourceErrors } from './error-types/source.ts';

/** The whole table, area by area, in the order of docs/errors.md. */
const errorTypes = {
  ...inputErrors,
  ...sourceErrors,
  ...machineErrors,
  ...networkErrors,
  ...bucketErrors,
  ...runErrors,
};

/** The stable name of an error. */
export type ErrorType = keyof typeof errorTypes;

/** What an error of this type asks for, why, and what a person does next. */
export function remedyFor(type: ErrorType): ErrorEntry {
  return errorTypes[type];
}

/** Every error type, in the order in which they are documented. */
export const allErrorTypes = Object.keys(errorTypes) as ErrorType[];

/** The types that no retry of the same activity can heal: the retry policies' list. */
export const notRetryableTypes = allErrorTypes.filter((type) => remedyFor(type).remedy !== 'retry');

/** True for a name that is one of ours. */
export function isErrorType(name: unknown): name is ErrorType {
  return typeof name === 'string' && Object.hasOwn(errorTypes, name);
}
