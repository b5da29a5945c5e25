import { DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import { parquetColumns } from '../../amplitude/parquet/columns.ts';
import type { ColumnKind } from '../../amplitude/parquet/table.ts';
import type { ParquetRow } from './parquet-rows.ts';
import { topLevelFields } from './top-level-fields.ts';

/** What docs/bucket.md says of a line's row, by plain means: the values, and the columns whose value is of another type. */
export interface ExpectedRow {
  readonly values: Readonly<Record<string, DuckDBValue>>;
  readonly bad: readonly string[];
}

const BAD = Symbol('bad');
const knownKeys: ReadonlySet<string> = new Set(parquetColumns.map(({ key }) => key));

/** The row of one event, given as text. */
export function expectedRow(line: string): ExpectedRow {
  const fields = topLevelFields(line).map(({ key, value }) => ({ key, name: decode(key), value }));
  const known = new Map<string, string>(fields.map(({ name, value }) => [name, value]));
  const values: Record<string, DuckDBValue> = {};
  const bad: string[] = [];
  for (const { name, key, kind } of parquetColumns) {
    const value = known.get(key) ?? 'null';
    const found = value === 'null' ? null : castOf[kind](value);
    if (found === BAD) bad.push(name);
    values[name] = found === BAD ? null : found;
  }
  const others = fields.filter(({ name }) => !knownKeys.has(name));
  values['other_keys'] =
    others.length === 0 ? null : `{${others.map(({ key, value }) => `"${key}":${value}`).join(',')}}`;
  return { values, bad };
}

/** The columns of a row whose values are not those expected, each with both values. 0 and -0 are equal. */
export function differencesOf(row: ParquetRow, { values }: ExpectedRow): string[] {
  return Object.entries(values)
    .filter(([name, expected]) => !isSame(row[name], expected))
    .map(([name, expected]) => `${name}: ${String(row[name])}, not ${String(expected)}`);
}

function isSame(found: DuckDBValue | undefined, expected: DuckDBValue): boolean {
  if (found instanceof DuckDBTimestampValue && expected instanceof DuckDBTimestampValue)
    return found.micros === expected.micros;
  return found === expected;
}

const castOf: Readonly<Record<ColumnKind, (value: string) => DuckDBValue | typeof BAD>> = {
  json: (value) => value,
  string: (value) => {
    if (value.startsWith('"')) return wellFormed(textOf(value));
    return /^[{[]/.test(value) ? BAD : value;
  },
  bigint: (value) => {
    const [, digits] = /^(-?\d+)(?:\.0+)?$/.exec(value) ?? [];
    const whole = digits === undefined ? undefined : BigInt(digits);
    return whole === undefined || BigInt.asIntN(64, whole) !== whole ? BAD : whole;
  },
  double: (value) => {
    const number = /^[-\d]/.test(value) ? Number(value) : Number.NaN;
    return Number.isFinite(number) ? number : BAD;
  },
  boolean: (value) => {
    if (value === '"(none)"' || value === '""') return null;
    return value === 'true' || value === 'false' ? value === 'true' : BAD;
  },
  timestamp: (value) => {
    const text = value.startsWith('"') ? textOf(value) : '';
    const [, second = '', fraction = ''] =
      /^(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2})(?:\.(\d+))?Z?$/.exec(text) ?? [];
    const ms = Date.parse(`${second.replace(' ', 'T')}Z`);
    // JavaScript takes 30 February for 2 March.
    if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== second.replace(' ', 'T')) return BAD;
    return new DuckDBTimestampValue(BigInt(ms) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6)));
  },
};

function decode(key: string): string {
  return textOf(`"${key}"`);
}

function textOf(value: string): string {
  return String(JSON.parse(value));
}

/** A half of a surrogate pair alone has no UTF-8. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
