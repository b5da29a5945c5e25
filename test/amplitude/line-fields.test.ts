import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELD_NUMBERS, LineScanner } from '../../amplitude/line-scanner.ts';

/** The fields of the event that a scanner found, as text. */
function fieldsIn(scanner: LineScanner): { key: string; value: string }[] {
  const fields: { key: string; value: string }[] = [];
  for (const table of scanner.fieldTables()) {
    for (let at = 0; at < table.length; at += FIELD_NUMBERS) {
      const [key, keyEnd, value, valueEnd] = table.subarray(at, at + FIELD_NUMBERS);
      fields.push({
        key: scanner.memory.toString('utf8', key, keyEnd),
        value: scanner.memory.toString('utf8', value, valueEnd),
      });
    }
  }
  return fields;
}

/** The fields of the one event of a text, decoded; a field as written has the same text when `JSON.stringify` wrote it. */
function fieldsOf(text: string): { key: string; value: string }[] {
  const scanner = new LineScanner({ maxLineBytes: 2 ** 24, wanted: ['event'] });
  scanner.push(Buffer.from(`${text}\n`));
  if (scanner.next() !== 'event') throw new Error('it is no event');
  return fieldsIn(scanner);
}

const objects = fc
  .array(fc.tuple(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 })), { maxLength: 8 })
  .map((pairs) =>
    pairs.map(([key, value]) => [JSON.stringify(key).slice(1, -1), JSON.stringify(value)] as const),
  );
const spaces = fc.constantFrom('', ' ', '\t ');

describe('the fields of an event', () => {
  it('are its top-level keys and values as they are written, in their order', () => {
    fc.assert(
      fc.property(objects, spaces, (pairs, space) => {
        const fields = pairs.map(([key, value]) => `${space}"${key}"${space}:${space}${value}${space}`);
        expect(fieldsOf(`{${space}${fields.join(',')}}${space}`)).toEqual(
          pairs.map(([key, value]) => ({ key, value })),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it.each([0, 1, 1023, 65_535, 65_536, 65_537, 200_000])('are all there when an event has %i', (count) => {
    const fields = Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: `[${index}]` }));
    const text = `{${fields.map(({ key, value }) => `"${key}":${value}`).join(',')}}`;
    expect(fieldsOf(text)).toEqual(fields);
    expect(fieldsOf(` ${text}`)).toEqual(fields);
  });

  it('are those of each event in its turn', () => {
    const scanner = new LineScanner({ maxLineBytes: 1000, wanted: ['event'] });
    scanner.push(Buffer.from('{"a":1,"b":2}\n\n{"c":3}\n{}\n'));
    const keys: string[][] = [];
    while (scanner.next() !== undefined) keys.push(fieldsIn(scanner).map(({ key }) => key));
    expect(keys).toEqual([['a', 'b'], ['c'], []]);
  });
});

describe('what a scanner passes', () => {
  it('has the events whose time was decoded, and those before them', () => {
    const scanner = new LineScanner({ maxLineBytes: 100, wanted: ['blank', 'rejected'] });
    const events = [1, 2, 3, 4].map(
      (number) => `{"server_upload_time":"\\u003${number}"}\n{"a":${number}}\n`,
    );
    scanner.push(Buffer.from(`{"b":1}\n${events.join('')}x\n${events[0]}`));
    expect(scanner.next()).toBe('rejected');
    expect(scanner.passed.toString()).toBe(`{"b":1}\n${events.join('')}`);
    expect(scanner.next()).toBeUndefined();
    expect(scanner.passed.toString()).toBe(events[0]);
    expect(scanner.tally).toMatchObject({
      events: 11,
      rejected: 1,
      firstUploadTime: '1',
      lastUploadTime: '4',
    });
  });

  it('is the lines between two that are wanted, the last one with a newline too', () => {
    const scanner = new LineScanner({ maxLineBytes: 10, wanted: ['blank', 'rejected'] });
    scanner.push(Buffer.from('{"a":1}\n{"b":1}\n \nx\n{"c":1}\n{"long":"long"}\n{"d":1}'));
    scanner.end();
    const passed: [string | undefined, string][] = [];
    for (let found: string | undefined = ''; found !== undefined;) {
      found = scanner.next();
      passed.push([found, scanner.passed.toString()]);
    }
    expect(passed).toEqual([
      ['blank', '{"a":1}\n{"b":1}\n'],
      ['rejected', ''],
      ['last piece', '{"c":1}\n'],
      [undefined, '{"d":1}\n'],
    ]);
  });
});
