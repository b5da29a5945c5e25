import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectLine } from '../../amplitude/inspect-line.ts';
import { walkJson, type JsonKind } from '../../amplitude/long-line-json.ts';
import { arbitraryLine } from '../support/arbitrary-line.ts';

/** What `JSON.parse` says. */
function parsed(text: Buffer): JsonKind {
  let value: unknown;
  try {
    value = JSON.parse(text.toString());
  } catch {
    return { kind: 'invalid' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'other' };
  const { server_upload_time: uploadTime } = value as { server_upload_time?: unknown };
  return { kind: 'object', uploadTime: typeof uploadTime === 'string' ? uploadTime : undefined };
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
const SPACED = [
  '',
  ' ',
  'null ',
  '"a\tb"',
  '"\u007f"',
  '[1 2]',
  '{"a":1 "b":2}',
  '{} {}',
  '\n[\r1\t, 2 ]\n',
].concat(['\u00a0{}', '\ufeff{}', '- 1', '1 .5', '{ "a" : 1 , "b" : [ ] }', '[ { } , { } ]', '"\0"']);

describe('a walk over JSON', () => {
  it.each([
    ['lines of all kinds', arbitraryLine.filter(isUtf8)],
    ['objects with upload times', withUploadTimes],
  ])('finds what the JSON parser finds: %s', (_name, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(walkJson(text)).toEqual(parsed(text));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([...WORDS.split(' '), ...SPACED])('finds what the JSON parser finds in %j', (text) => {
    expect(walkJson(Buffer.from(text))).toEqual(parsed(Buffer.from(text)));
  });
});

describe('a line that is too long for the JSON parser', () => {
  const padding = ' '.repeat(1024 * 1024);

  it.each([
    ['{"server_upload_time":"a"}', { kind: 'event', uploadTime: 'a' }],
    ['{"a":"server_upload_time"}', { kind: 'event', uploadTime: undefined }],
    ['[{}]', { kind: 'rejected', reason: 'not a JSON object' }],
    ['{"a":}', { kind: 'rejected', reason: 'invalid JSON' }],
  ])('is judged all the same: %s', (text, verdict) => {
    expect(inspectLine(Buffer.from(padding + text))).toEqual(verdict);
    expect(inspectLine(Buffer.from(text))).toEqual(verdict);
  });
});
