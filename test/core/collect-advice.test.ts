import { describe, expect, it } from 'vitest';
import { remedyFor, type ErrorType } from '../../core/error-types.ts';
import { whatToDoAbout } from '../../core/collect-advice.ts';

const failure = (type: string, message = 'the reason') => ({ type, message });
const adviceOn = (...types: readonly ErrorType[]) =>
  types.map((type) => ({ type, whatToDo: remedyFor(type).whatToDo }));

describe('what to do about failures', () => {
  it('is listed once for each of our types, in the order of the failures', () => {
    const failures = ['DiskFull', 'AccessDenied', 'DiskFull', 'Timeout', 'Error'].map((type) =>
      failure(type),
    );
    expect(whatToDoAbout(failures)).toEqual(adviceOn('DiskFull', 'AccessDenied'));
    expect(whatToDoAbout([])).toEqual([]);
  });

  it.each([
    [
      'gave up after 120 minutes of retries (HOUR_RETRY_FOR); the last one failed with ArchiveBroken: "x; the last one failed with DiskFull: y"',
      ['RetriesExhausted', 'ArchiveBroken'],
    ],
    ['gave up; the last one failed with Timeout: late', ['RetriesExhausted']],
    ['gave up; the last one failed with something else', ['RetriesExhausted']],
    ['gave up', ['RetriesExhausted']],
  ] satisfies [string, ErrorType[]][])(
    'that used up their retries covers the last one: %s',
    (message, types) => {
      expect(whatToDoAbout([failure('RetriesExhausted', message)])).toEqual(adviceOn(...types));
      expect(whatToDoAbout([failure('AccessDenied', message)])).toEqual(adviceOn('AccessDenied'));
    },
  );
});
