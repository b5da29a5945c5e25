import { expect, it } from 'vitest';
import { toFailure } from '../../activities/failure.ts';
import { AccessDenied } from '../../amplitude/errors.ts';
import { remedyFor } from '../../core/error-types.ts';

const asItIs = (text: string): string => text;

it('a failure of ours tells in its details what to do, for the Web UI', () => {
  const { message, details } = toFailure(new AccessDenied('refused'), asItIs);
  expect(message).toBe('refused');
  expect(details).toEqual([{ type: 'AccessDenied', whatToDo: remedyFor('AccessDenied').whatToDo }]);
});

it('any other has none', () => {
  expect(toFailure(new TypeError('oops'), asItIs)).toMatchObject({ type: 'TypeError', details: [] });
});
