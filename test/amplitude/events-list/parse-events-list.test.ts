import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_DIGEST } from '../../../amplitude/digest.ts';
import { parseEventsList } from '../../../amplitude/events-list/parse-events-list.ts';
import { redactor } from '../../../core/redact.ts';
import { eventsListJson } from '../../../local/sample-api/events-list.ts';

const plain = (text: string): string => text;

/** The lines of an answer, each without its newline. */
function linesOf(answer: string): string[] {
  const { lines, events } = parseEventsList(Buffer.from(answer), plain);
  const text = lines.toString();
  expect(text === '' || text.endsWith('\n')).toBe(true);
  const split = text.split('\n').slice(0, -1);
  expect(events).toBe(split.length);
  return split;
}

function digestOf(answer: string): string {
  return parseEventsList(Buffer.from(answer), plain).digest;
}

describe('the lines of an events list', () => {
  it.each([
    ['the bytes of each element', '{"data":[{"id":1},{"id":2}]}', ['{"id":1}', '{"id":2}']],
    ['nothing, of an empty list', '{"data":[]}', []],
    ['nothing, of an empty list with spaces', ' {"data" : [ \t] }\n', []],
    [
      'numbers as they were written',
      '{"data":[{"id":9007199254740993,"t":1.50,"d":-0e5}]}',
      ['{"id":9007199254740993,"t":1.50,"d":-0e5}'],
    ],
    [
      'nested values',
      '{"data":[{"a":{"b":[{"c":[]},{}]}},{"d":[[1,{"e":"]}"}]]}]}',
      ['{"a":{"b":[{"c":[]},{}]}}', '{"d":[[1,{"e":"]}"}]]}'],
    ],
    [
      'strings with quotes, braces and escapes',
      String.raw`{"data":[{"name":"a \"{[\\"},{"n\"}":"\\\\\""},{"u":"\u007b\ud83d"}]}`,
      [String.raw`{"name":"a \"{[\\"}`, String.raw`{"n\"}":"\\\\\""}`, String.raw`{"u":"\u007b\ud83d"}`],
    ],
    ['text in any script', '{"data":[{"name":"Käufe 🎉 購入"}]}', ['{"name":"Käufe 🎉 購入"}']],
    [
      'spaces in the place of line breaks, so that an element has one line',
      '{\n  "data": [\n    {\r\n      "id": 1\n    },\n    {"id":\t2}\n  ]\n}\n',
      ['{        "id": 1     }', '{"id":\t2}'],
    ],
    [
      'no other key of the answer',
      '{"other":[{"id":1}],"data":[{"id":2}],"last":{"data":[{"id":3}]}}',
      ['{"id":2}'],
    ],
    ['the last list, where there are two', '{"data":[{"id":1}],"data":[{"id":2}]}', ['{"id":2}']],
    ['a key that is written with an escape', String.raw`{"d\u0061ta":[{"id":1}]}`, ['{"id":1}']],
    ['keys that come twice', '{"data":[{"id":1,"id":1}]}', ['{"id":1,"id":1}']],
  ])('are %s', (_, answer, lines) => {
    expect(linesOf(answer)).toEqual(lines);
  });

  it('are as many as there are elements, without an object in memory for each', () => {
    const count = 1_000_000;
    const { lines, events } = parseEventsList(Buffer.from(`{"data":[${'{},'.repeat(count - 1)}{}]}`), plain);
    expect(events).toBe(count);
    expect(lines.equals(Buffer.from('{}\n'.repeat(count)))).toBe(true);
  });

  it('are the types of the sample API', () => {
    const answer = eventsListJson({ changed: true });
    const { data } = JSON.parse(answer) as { data: object[] };
    expect(data.length).toBeGreaterThan(10);
    expect(linesOf(answer)).toEqual(data.map((type) => JSON.stringify(type)));
  });

  it('have the bytes of any JSON object', () => {
    const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(object), fc.boolean(), (objects, isIndented) => {
        const answer = JSON.stringify({ data: objects }, null, isIndented ? 2 : 0);
        const lines = linesOf(answer);
        expect(lines.map((line) => JSON.stringify(JSON.parse(line)))).toEqual(
          objects.map((one) => JSON.stringify(one)),
        );
        const joined = `{"data":[${lines.join(',')}]}`;
        expect(isIndented ? JSON.stringify(JSON.parse(joined), null, 2) : joined).toBe(answer);
      }),
    );
  });
});

describe('the digest of an events list', () => {
  it('is the same in any order, and another one for other lines', () => {
    const digest = digestOf('{"data":[{"id":1},{"id":2}]}');
    expect(digestOf('{"data":[{"id":2},{"id":1}]}')).toBe(digest);
    expect(digestOf('{"data":[{"id":2}]}')).not.toBe(digest);
  });

  it('is that of no lines for an empty list', () => {
    expect(digestOf('{"data":[]}')).toBe(EMPTY_DIGEST);
  });
});

describe('an answer that is no events list', () => {
  it.each([
    ['', 'it has no text'],
    [' \n', 'it has no text'],
    ['<html>', 'invalid JSON'],
    ['{"data":[{"id":1}', 'invalid JSON'],
    ['{"data":[{"id":1,}]}', 'invalid JSON'],
    ['{"data":[{"id":01}]}', 'invalid JSON'],
    ['{"data":[{"name":"one\ntwo"}]}', 'invalid JSON'],
    ['{"data":[]}{"data":[]}', 'invalid JSON'],
    ['{"data":[]} x\n', 'invalid JSON'],
    ['\uFEFF{"data":[]}', 'invalid JSON'],
    ['{"data":["one\ntwo', 'invalid JSON'],
    ['[{"id":1}]', 'not a JSON object'],
    ['"data"', 'not a JSON object'],
    ['{}', 'it has no key "data"'],
    ['{"error":{"data":[]}}', 'it has no key "data"'],
    ['{"data":{"id":1}}', '"data" is not an array'],
    ['{"data":null}', '"data" is not an array'],
    ['{"data":[{"id":1},[{"id":2}]]}', 'the element 1 of "data" is not an object'],
    ['{"data":["{"]}', 'the element 0 of "data" is not an object'],
    ['{"data":[{},7]}', 'the element 1 of "data" is not an object'],
    ['{"data":[null]}', 'the element 0 of "data" is not an object'],
  ])('is refused: %j is refused as %s', (answer, problem) => {
    expect(() => parseEventsList(Buffer.from(answer), plain)).toThrow(
      expect.objectContaining({
        type: 'EventsListInvalid',
        message: expect.stringMatching(`^the answer with status 200 is no events list: ${problem}(: ".*")?$`),
        httpStatus: 200,
      }),
    );
  });

  it('is refused when it is not UTF-8', () => {
    const answer = Buffer.from('{"data":[{"name":"\u00ff"}]}', 'latin1');
    expect(() => parseEventsList(answer, plain)).toThrow('no events list: invalid UTF-8');
  });

  it('is quoted without secrets, also where it is cut', () => {
    const redact = redactor(['the-secret-4711']);
    const said = (answer: string): string => {
      try {
        parseEventsList(Buffer.from(answer), redact);
        return '';
      } catch (error) {
        return String(error);
      }
    };
    expect(said('<p>the-secret-4711</p>')).toMatch(/: "<p>\*\*\*<\/p>"$/);
    expect(said('<p>the-secret')).toMatch(/: "<p>\*\*\*"$/);
  });
});
