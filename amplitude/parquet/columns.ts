import { eventColumns, type EventKey, type EventValueKind } from '../event-schema.ts';
import type { ColumnKind, ParquetColumn, ParquetTable } from './table.ts';

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

/** The columns of the keys of an event that are known, in the order of the file: alphabetical. */
export const parquetColumns: readonly ParquetColumn[] = eventColumns.map(({ key, kind }) => ({
  name: key.replace('$', '_').toLowerCase(),
  key,
  kind: kindOfKey[key] ?? kindOf[kind],
}));

/** The Parquet files of events. */
export const eventTable: ParquetTable = { columns: parquetColumns, hasLineage: true };
