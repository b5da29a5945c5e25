import { eventColumns, type EventKey, type EventValueKind } from '../event-schema.ts';

/**
 * What a column of the Parquet files holds.
 * - `string`: the value of a JSON string;
 * - `bigint`, `double`, `boolean`: the value of a JSON number or boolean;
 * - `timestamp`: a time of UTC, without a zone;
 * - `json`: the bytes of any JSON value, as they were sent.
 */
export type ColumnKind = 'string' | 'bigint' | 'double' | 'boolean' | 'timestamp' | 'json';

/** A column that holds the values of one top-level key. */
export interface ParquetColumn {
  readonly name: string;
  readonly key: EventKey;
  readonly kind: ColumnKind;
}

const kindOf: Readonly<Record<EventValueKind, ColumnKind>> = {
  string: 'string',
  integer: 'bigint',
  number: 'double',
  boolean: 'boolean',
  time: 'timestamp',
  object: 'json',
  mixed: 'json',
};

/** Keys whose column is of another kind than their values suggest: as in the tables that Airbyte lands. */
const kindOfKey: Partial<Record<EventKey, ColumnKind>> = { paying: 'boolean', sample_rate: 'json' };

/** The columns of the keys that are known, in the order of the file: alphabetical. */
export const parquetColumns: readonly ParquetColumn[] = eventColumns.map(({ key, kind }) => ({
  name: key.replace('$', '_').toLowerCase(),
  key,
  kind: kindOfKey[key] ?? kindOf[kind],
}));

/** The column after them: all other top-level keys, as one JSON object. */
export const OTHER_KEYS = 'other_keys';
