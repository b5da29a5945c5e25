import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parquetColumns } from '../../amplitude/parquet/columns.ts';
import type { ColumnKind } from '../../amplitude/parquet/table.ts';

type Types = Readonly<Record<ColumnKind, string>>;

const duckDb: Types = {
  string: 'VARCHAR',
  json: 'JSON',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
};
const snowflake: Types = { ...duckDb, json: 'VARIANT', bigint: 'NUMBER(38, 0)', timestamp: 'TIMESTAMP_NTZ' };
const athena: Types = {
  string: 'string',
  json: 'string',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamp',
};
const athenaLines: Types = {
  ...athena,
  bigint: 'string',
  double: 'string',
  boolean: 'string',
  timestamp: 'string',
};

/** The columns of a table that a file makes, as `name type`, in their order. */
function columnsOf(engine: string, table: string): string[] {
  const sql = readFileSync(`examples/sql/${engine}/tables.sql`, 'utf8');
  const [, columns = ''] =
    new RegExp(`^CREATE (?:EXTERNAL )?TABLE (?:IF NOT EXISTS )?${table} \\(\\n(.*?)\\n\\)`, 'ms').exec(sql) ??
    [];
  return columns.split('\n').map((line) =>
    line
      .replace(/ --.*$/, '')
      .replace(/,$/, '')
      .replaceAll('`', '')
      .trim(),
  );
}

const named = (types: Types): string[] => parquetColumns.map(({ name, kind }) => `${name} ${types[kind]}`);

describe('the tables of events have the columns of the Parquet files, in their order', () => {
  it('DuckDB', () => {
    const columns = ['hour_window VARCHAR NOT NULL', ...named(duckDb), 'other_keys JSON'];
    expect(columnsOf('duckdb', 'events')).toEqual(columns);
  });

  it('Snowflake', () => {
    const columns = ['hour_window VARCHAR', ...named(snowflake), 'other_keys VARIANT'];
    expect(columnsOf('snowflake', 'events')).toEqual(columns);
  });

  it('Athena', () => {
    expect(columnsOf('athena', 'amplitude.event_lines')).toEqual(named(athenaLines));
    expect(columnsOf('athena', 'amplitude.event_rows')).toEqual([...named(athena), 'other_keys string']);
  });
});
