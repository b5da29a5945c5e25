import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { parquetColumns } from '../../amplitude/parquet/columns.ts';
import type { ColumnKind } from '../../amplitude/parquet/table.ts';

interface Properties {
  readonly models: readonly {
    readonly name: string;
    readonly columns: readonly { readonly name: string; readonly data_type: string }[];
  }[];
}

const typeOf: Readonly<Record<ColumnKind, string>> = {
  string: 'varchar',
  json: 'varchar',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamp',
};

/** The columns in the contract of a model, each with its type. */
function contractOf(shape: string, model: string): Map<string, string> {
  const path = `examples/dbt/models/adapters/${shape}/${shape}.yml`;
  const { models } = parse(readFileSync(path, 'utf8')) as Properties;
  const found = models.find(({ name }) => name === model);
  return new Map(found?.columns.map(({ name, data_type: type }) => [name, type]));
}

const ours = parquetColumns.map(({ name, kind }) => [name, typeOf[kind]] as const);

it("the model in Airbyte's shape has the columns and types of the Parquet files", () => {
  expect([...contractOf('airbyte', 'airbyte__events')]).toEqual([
    ...ours,
    ['_airbyte_raw_id', 'varchar'],
    ['_airbyte_extracted_at', 'timestamp'],
    ['_airbyte_meta', 'varchar'],
    ['_airbyte_generation_id', 'bigint'],
  ]);
});

it("the models in Fivetran's shape have its 49 and 17 columns, of our types", () => {
  const event = contractOf('fivetran', 'fivetran__event');
  const byName = ours.filter(([name]) => event.has(name));
  expect(event.size).toBe(49);
  expect(byName).toHaveLength(43);
  for (const [name, type] of byName) expect([name, event.get(name)]).toEqual([name, type]);
  expect(contractOf('fivetran', 'fivetran__event_type').size).toBe(17);
});

it('the extension for S3 is pinned to the version of DuckDB', () => {
  const pinned = readFileSync('examples/dbt/requirements.txt', 'utf8');
  const versions = [...pinned.matchAll(/^duckdb(?:_extension_httpfs)?==(.+)$/gm)].map(
    ([, version]) => version,
  );
  expect(versions).toHaveLength(2);
  expect(new Set(versions).size).toBe(1);
});
