import { describe, expect, it } from 'vitest';
import {
  duration,
  httpUrl,
  listOf,
  oneOf,
  textLike,
  wholeNumber,
  type Reading,
} from '../../config/readers.ts';

function valueOf<T>(reading: Reading<T>): T | 'refused' {
  return reading.ok ? reading.value : 'refused';
}

describe('a duration', () => {
  it.each([
    ['3h', 10_800_000],
    ['90m', 5_400_000],
    ['45s', 45_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['0.5ms', 1],
    ['0s', 0],
    ['24h', 86_400_000],
  ])('may be %s', (text, ms) => {
    expect(valueOf(duration(24)(text))).toBe(ms);
  });

  it.each(['', '3', 'h', '3 h', '3H', '-3h', '1h30m', '.5h', '1e3s', '3hs', '\u0663h', '24.1h'])(
    'is not %j',
    (text) => {
      expect(valueOf(duration(24)(text))).toBe('refused');
    },
  );
});

describe('a whole number from 1 to 10', () => {
  it.each(['1', '10', '5'])('may be %s', (text) => {
    expect(valueOf(wholeNumber(1, 10)(text))).toBe(Number(text));
  });

  it.each(['0', '11', '-1', '1.5', 'NaN', 'Infinity', 'one', '1 0', '5m'])('is not %j', (text) => {
    expect(valueOf(wholeNumber(1, 10)(text))).toBe('refused');
  });
});

describe('a word of a list', () => {
  it('is read as it is written', () => {
    expect(valueOf(oneOf(['us', 'eu'])('eu'))).toBe('eu');
    expect(valueOf(oneOf(['us', 'eu'])('EU'))).toBe('refused');
  });

  it('is refused with the list when it is another word', () => {
    expect(oneOf(['us', 'eu'])('mars')).toMatchObject({ problem: 'write one of us, eu' });
  });
});

describe('a list of words', () => {
  const read = listOf(['raw', 'events']);

  it.each([
    ['raw', ['raw']],
    ['raw,events', ['raw', 'events']],
    [' events , raw ', ['events', 'raw']],
  ])('may be %j', (text, words) => {
    expect(valueOf(read(text))).toEqual(words);
  });

  it.each(['', ',', 'raw,', 'raw,csv', 'raw events'])('is not %j', (text) => {
    expect(valueOf(read(text))).toBe('refused');
  });
});

describe('an http address', () => {
  it.each(['https://amplitude.com/api/2/export', 'http://127.0.0.1:8080/', 'http://[::1]/x?y=1'])(
    'may be %s',
    (text) => {
      expect(valueOf(httpUrl(text))).toBe(text);
    },
  );

  it.each(['amplitude.com', 'ftp://amplitude.com', 'file:///etc', 'http://', '//amplitude.com/x'])(
    'is not %j',
    (text) => {
      expect(valueOf(httpUrl(text))).toBe('refused');
    },
  );
});

describe('a text of a form', () => {
  it('is what the pattern matches; else the message describes it', () => {
    const read = textLike(/^a+$/, 'a few a');
    expect(read('aa')).toEqual({ ok: true, value: 'aa' });
    expect(read('b')).toEqual({ ok: false, problem: 'write a few a' });
  });
});
