import { expect, it } from 'vitest';
import { toFailure } from '../../activities/failure.ts';
import { AccessDenied } from '../../amplitude/errors.ts';
import { remedyFor } from '../../core/error-types.ts';

const asItIs = (text: string): string => text;

it('the failure of an error with a type says in its details what to do, for the Web UI', () => {
  const { message, details } = toFailure(new AccessDenied('refused'), asItIs);
  expect(message).toBe('refused');
  expect(details).toEqual([{ type: 'AccessDenied', whatToDo: remedyFor('AccessDenied').whatToDo }]);
});

it('any other failure has no details', () => {
  expect(toFailure(new TypeError('oops'), asItIs)).toMatchObject({ type: 'TypeError', details: [] });
});
