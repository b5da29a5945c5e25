import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryLine } from '../support/arbitrary-line.ts';
import { judgeLine, type Judged } from '../support/judge-line.ts';

/** What `JSON.parse` says. */
function parsed(text: Buffer): Judged {
  let value: unknown;
  try {
    value = JSON.parse(text.toString());
  } catch {
    return { verdict: 'invalid JSON', uploadTime: undefined };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { verdict: 'not a JSON object', uploadTime: undefined };
  const { server_upload_time: uploadTime } = value as { server_upload_time?: unknown };
  return { verdict: 'event', uploadTime: typeof uploadTime === 'string' ? uploadTime : undefined };
}

/** Lines that are none of JSON's business: blank ones, and more than one. */
function isBlankOrMore(line: Buffer): boolean {
  return line.includes(0x0a) || line.toString('latin1').trim() === '';
}

const uploadTimeKey = fc.constantFrom(
  '"server_upload_time"',
  '"server\\u005fupload_time"',
  '"\\u0073\\u0065rver_upload_time"',
  '"server_upload_tim"',
  '"\\ud83d\\ude00"',
);
const uploadTimeValue = fc.oneof(
  fc.json({ maxDepth: 2 }),
  fc.constantFrom('"a\\u0062"', '{"server_upload_time":"c"}'),
);
const withUploadTimes = fc
  .array(fc.tuple(uploadTimeKey, uploadTimeValue), { maxLength: 4 })
  .map((pairs) => Buffer.from(`{${pairs.map((pair) => pair.join(' : ')).join(' , ')}}`));

const WORDS = [
  '1 - -1 01 -0 -01 1. .1 1.5 1.5.5 1e 1e+ 1E-9 1e5.5 1e05 --1 1- +1 0x1 Infinity',
  'tru true truee nulL null false, undefined',
  String.raw`" "a "a" "\" "\\" "\x" "\u12" "\u12G4" "\uD800" "\u12 "\u "\ '`,
  '{ } {} {] [} [] [ ] [,] [1,] [1,,2] [[] [[]] []] {"a"} {"a":} {"a":1 {"a":1,} {,} {:1} {a:1} {1:1}',
  '{"a":1,"b"} {"a":1,"b":} {"a"::1} {"a":[{"b":[]}]} [{"a":[}]] [{"a":[]}] {"a":{}}} {}x [1]2 {"__proto__":{}}',
].join(' ');
const SPACED = ['null ', '"a\tb"', '"\u007f"', '[1 2]', '{"a":1 "b":2}', '{} {}', '[\r1\t, 2 ]\r'].concat([
  '\u00a0{}',
  '\ufeff{}',
  '- 1',
  '1 .5',
  '{ "a" : 1 , "b" : [ ] }',
  '[ { } , { } ]',
  '"\0"',
]);

describe('the JSON of a line', () => {
  it.each([
    ['lines of all kinds', arbitraryLine.filter((line) => isUtf8(line) && !isBlankOrMore(line))],
    ['objects with upload times', withUploadTimes],
  ])('is what the JSON parser finds: %s', (_name, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(judgeLine(text)).toEqual(parsed(text));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([...WORDS.split(' '), ...SPACED])('is what the JSON parser finds in %j', (text) => {
    expect(judgeLine(text)).toEqual(parsed(Buffer.from(text)));
  });
});

describe('an object of any depth', () => {
  it.each([63, 64, 65, 127, 128, 129, 1000, 100_000])('is an event with %i levels', (levels) => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
      ['[{"a":', '}]'],
    ] as const) {
      const [opened, closed] = [open.repeat(levels), close.repeat(levels)];
      expect(judgeLine(`{"a":${opened}1${closed}}`).verdict).toBe('event');
      expect(judgeLine(`{"a":${opened}1${closed}`).verdict).toBe('invalid JSON');
      expect(judgeLine(`{"a":${opened}1${closed}]}`).verdict).toBe('invalid JSON');
    }
  });

  it('keeps the kind of each level', () => {
    const kinds = Array.from({ length: 300 }, (_, level) => (level * 7919) % 5 < 2);
    const opened = kinds.map((isObject) => (isObject ? '{"k":' : '[')).join('');
    const closed = kinds.toReversed().map((isObject) => (isObject ? '}' : ']'));
    expect(judgeLine(`{"a":${opened}1${closed.join('')}}`).verdict).toBe('event');
    for (let level = 0; level < kinds.length; level += 1) {
      const wrong = closed.with(level, closed[level] === '}' ? ']' : '}');
      expect(judgeLine(`{"a":${opened}1${wrong.join('')}}`).verdict).toBe('invalid JSON');
    }
  });
});
