import { describe, expect, it } from 'vitest';
import { ExportError, messageOf } from '../../core/errors.ts';

class BucketMissing extends ExportError {
  readonly type = 'BucketMissing';
}

describe('an error of this project', () => {
  it('is an Error, named after its class, with a stable type', () => {
    const error = new BucketMissing('no bucket');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'BucketMissing', type: 'BucketMissing', message: 'no bucket' });
    expect(String(error)).toBe('BucketMissing: no bucket');
  });

  it('has its cause, the time to wait and the status of the answer, if there are any', () => {
    const cause = new Error('why');
    expect(new BucketMissing('m', { cause, retryAfterMs: 0, httpStatus: 404 })).toMatchObject({
      cause,
      retryAfterMs: 0,
      httpStatus: 404,
    });
    const plain = new BucketMissing('m');
    expect('cause' in plain).toBe(false);
    expect(plain).toMatchObject({ retryAfterMs: undefined, httpStatus: undefined });
  });
});

describe('the message of a thrown value', () => {
  it.each([
    ['an error’s message', new Error('why'), 'why'],
    ['an error’s name when it has no message', new TypeError(), 'TypeError'],
    ['on one line', new Error(' first\n\tsecond \r\n'), 'first second'],
    ['a text itself', 'why', 'why'],
    ['any other value as text', 5, '5'],
    ['nothing as text', undefined, 'undefined'],
  ])('is %s', (_name, thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});
