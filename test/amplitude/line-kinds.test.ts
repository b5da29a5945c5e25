import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyLine } from '../support/classify-line.ts';
import { judgeLine } from '../support/judge-line.ts';

function verdictOf(line: Uint8Array | string): string {
  const { verdict } = judgeLine(line);
  expect(judgeLine(line, true).verdict).toBe(verdict);
  return verdict;
}

const jsonBytes = fc.json().map((text) => new Uint8Array(Buffer.from(text)));
const objectBytes = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((value) => new Uint8Array(Buffer.from(JSON.stringify(value))));
const damaged = fc
  .tuple(objectBytes, fc.nat(), fc.integer({ min: 0, max: 255 }))
  .map(([bytes, at, byte]) => bytes.map((old, index) => (index === at % bytes.length ? byte : old)));
const framed = fc
  .tuple(
    fc.constantFrom('', ' ', '\t', '\uFEFF', '\0', '\r', '\v', '\u00a0'),
    objectBytes,
    fc.constantFrom('', '\r', ' ', '\0', ','),
  )
  .map(
    ([before, bytes, after]) =>
      new Uint8Array(Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)])),
  );

describe('a line', () => {
  it.each([
    ['arbitrary bytes', fc.uint8Array({ maxLength: 20 })],
    ['arbitrary JSON', jsonBytes],
    ['JSON objects', objectBytes],
    ['JSON objects with one byte changed', damaged],
    ['JSON objects with something around them', framed],
  ])('is judged as a strict decoder and the JSON parser judge it: %s', (_name, lines) => {
    fc.assert(
      fc.property(lines, (bytes) => {
        const line = bytes.map((byte) => (byte === 0x0a ? 0x0b : byte));
        expect(verdictOf(line)).toBe(classifyLine(line));
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['an object', '{"a":1}'],
    ['an empty object', '{}'],
    ['an object with a carriage return after it', '{"a":1}\r'],
    ['an object between spaces and tabs', ' \t{"a":1}\t '],
    ['an object with the same key twice', '{"a":1,"a":2}'],
    ['an object with half a surrogate pair, escaped', '{"a":"\\ud83c"}'],
    ['an object with an escaped NUL', '{"a":"\\u0000"}'],
    ['an object with a byte order mark inside a text', '{"a":"\uFEFF"}'],
    ['an object with line separators inside a text', '{"a":"\u2028\u2029"}'],
    ['an object with an integer beyond 2^53', '{"a":9007199254740993123}'],
    ['an object with a number beyond any double', '{"a":1e999}'],
    ['an object with a key __proto__', '{"__proto__":null}'],
    ['an object that is deeply nested', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`],
  ])('is an event when it is %s', (_name, line) => {
    expect(verdictOf(line)).toBe('event');
  });

  it.each([
    ['not a JSON object', 'an array', '[{"a":1}]'],
    ['not a JSON object', 'a number', '42'],
    ['not a JSON object', 'a text', '"a"'],
    ['not a JSON object', 'true', 'true'],
    ['not a JSON object', 'null', 'null'],
    ['invalid JSON', 'words', 'upstream connect error'],
    ['invalid JSON', 'an object cut short', '{"a":'],
    ['invalid JSON', 'two objects', '{"a":1}{"a":2}'],
    ['invalid JSON', 'an object after a byte order mark', '\uFEFF{"a":1}'],
    ['invalid JSON', 'a byte order mark alone', '\uFEFF'],
    ['invalid JSON', 'a NUL', '\0'],
    ['invalid JSON', 'an object with a raw NUL in a text', '{"a":"\0"}'],
    ['invalid JSON', 'NaN', '{"a":NaN}'],
    ['invalid JSON', 'a form feed, which JSON does not take for space', '\f'],
    ['invalid JSON', 'a no-break space', '\u00a0'],
    ['invalid UTF-8', 'a letter in ISO 8859-1', Buffer.from('{"a":"M\u00fcller"}', 'latin1')],
    ['invalid UTF-8', 'half a surrogate pair in raw bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['invalid UTF-8', 'an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['invalid UTF-8', 'a letter that is cut short', Buffer.from([0x22, 0xe2, 0x82])],
  ])('is rejected as %s when it is %s', (reason, _name, line) => {
    expect(verdictOf(line)).toBe(reason);
  });

  it.each(['', ' ', '\t', '\r', ' \t \r'])('is blank when it is %j', (line) => {
    expect(verdictOf(line)).toBe('blank');
  });
});

describe('the upload time of an event', () => {
  it.each([
    ['as it is written', '{"server_upload_time":"2026-01-01 05:00:00.1"}', '2026-01-01 05:00:00.1'],
    ['the last one of two', '{"server_upload_time":"a","server_upload_time":"b"}', 'b'],
    ['none when it is missing', '{}', undefined],
    ['none when it is null', '{"server_upload_time":null}', undefined],
    ['none when it is a number', '{"server_upload_time":5}', undefined],
    ['written with escapes', '{"server_upload_time":"2026-01-01 05\\u003a00"}', '2026-01-01 05:00'],
    ['of a key with escapes', '{"server\\u005fupload_time":"a"}', 'a'],
    ['the last one, whose key has escapes', '{"server_upload_time":"a","\\u0073erver_upload_time":"b"}', 'b'],
    ['none when the last one is null', '{"server_upload_time":"a","server_upload_time":null}', undefined],
    ['longer than any time', `{"server_upload_time":"${'9'.repeat(99)}"}`, '9'.repeat(99)],
    ['not ASCII', '{"server_upload_time":"\u00e9"}', '\u00e9'],
    ['none when it is nested only', '{"a":{"server_upload_time":"a"}}', undefined],
  ])('is %s', (_name, line, uploadTime) => {
    expect(judgeLine(line)).toEqual({ verdict: 'event', uploadTime });
  });
});
