import fc from 'fast-check';
import { parquetColumns } from '../../amplitude/parquet/columns.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '',
    '"',
    '"quoted"',
    '\ud800',
    '\u001f',
    '\n',
    '\r\n',
    '\u0000',
    '\u2028',
    '(none)',
    'null',
    '{"a":1}',
    '\\',
    "'",
    '12',
  ),
);
/** The same text in other spellings. */
const stringToken = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  text.map((value) => JSON.stringify(value).replaceAll(/[a-z](?![^\\]*\\)/g, (letter) => escaped(letter))),
  fc
    .string({ unit: 'grapheme', maxLength: 5 })
    .map((value) => `"${value.replaceAll(/[^]/g, (unit) => escaped(unit))}"`),
);
const timeToken = fc.oneof(
  fc
    .tuple(
      fc.date({
        min: new Date('0001-01-01T00:00:00Z'),
        max: new Date('9999-12-31T23:59:59Z'),
        noInvalidDate: true,
      }),
      fc.constantFrom(' ', 'T'),
      fc.constantFrom('', '.5', '.123456', '.1234567', '.999999999', '.'),
      fc.constantFrom('', 'Z', '+02:00', ' UTC'),
    )
    .map(([date, gap, fraction, zone]) => {
      const [day, time] = date.toISOString().split(/[T.]/);
      return `"${day}${gap}${time}${fraction}${zone}"`;
    }),
  fc.constantFrom(
    '"2026-02-30 01:02:03"',
    '"2026-01-01"',
    '"2026-01-01 24:00:00"',
    '"2026-01-01 05:60:00"',
    '"2026-01-01 05:00:60"',
    '"2026-13-01 05:00:00"',
    '"infinity"',
    '"epoch"',
    '"now"',
    '"2026\\u002d01-01 05:00:00"',
    '20260101',
  ),
);
const numberToken = fc.oneof(
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.bigInt({ min: -(2n ** 63n) - 2n, max: -(2n ** 63n) + 2n }).map(String),
  fc.bigInt({ min: 2n ** 63n - 2n, max: 2n ** 63n + 2n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '0',
    '-0',
    '-0.0',
    '1.0',
    '5.000',
    '1.5',
    '-0.5',
    '1e3',
    '1E+2',
    '0.10',
    '1e999',
    '-1e999',
    '1e-999',
    '5e-324',
    '9007199254740993',
    '1e-1',
    '123456789012345678901234567890.0',
  ),
);
const jsonToken = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value, null, '\t').replaceAll('\n', '\r')),
  fc.constantFrom(
    '{"a":0.10,"b":1e3,"c":18446744073709551616}',
    '[]',
    '{}',
    '{ }',
    '["\\u0041\\/"]',
    '"(none)"',
    'true',
    'false',
    'null',
  ),
);
const value = fc.oneof(stringToken, timeToken, numberToken, jsonToken);
const space = fc.constantFrom('', '', '', ' ', '\t', '\r');

const knownKey = fc.constantFrom(...parquetColumns.map(({ key }) => JSON.stringify(key).slice(1, -1)));
const spelledKey = knownKey.map((key) => `${escaped(key[0] ?? '')}${key.slice(1)}`);
const otherKey = fc.oneof(
  fc.constantFrom('City', 'new_key', '__proto__', 'other_keys', '_schema', '_airbyte_meta', ''),
  fc.string({ unit: 'binary', maxLength: 8 }).map((key) => JSON.stringify(key).slice(1, -1)),
);
const key = fc.oneof({ weight: 12, arbitrary: knownKey }, spelledKey, otherKey);

/** The line of an event: keys that come twice, values of every type, every spelling. */
export const arbitraryEvent = fc
  .array(fc.tuple(space, key, space, value, space), { maxLength: 40 })
  .map((fields) =>
    fields
      .map(([before, key, between, value, after]) => `${before}"${key}"${between}:${between}${value}${after}`)
      .join(','),
  )
  .map((fields) => `{${fields}}`);

function escaped(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
