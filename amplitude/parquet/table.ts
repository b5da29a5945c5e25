/**
 * What a column of a Parquet file holds.
 * - `string`: the value of a JSON string;
 * - `bigint`, `double`, `boolean`: the value of a JSON number or boolean;
 * - `timestamp`: a time of UTC, without a zone;
 * - `json`: the bytes of any JSON value, as they were sent.
 */
export type ColumnKind = 'string' | 'bigint' | 'double' | 'boolean' | 'timestamp' | 'json';

/** A column that holds the values of one top-level key. */
export interface ParquetColumn {
  readonly name: string;
  readonly key: string;
  readonly kind: ColumnKind;
}

/** The columns of a Parquet file, in their order. */
export interface ParquetTable {
  /** The columns of the keys that are known. The next one is `OTHER_KEYS`. */
  readonly columns: readonly ParquetColumn[];
  /** Whether the columns follow that Airbyte adds to every row; the column `uuid` is the id of the row then. */
  readonly hasLineage: boolean;
}

/** The column of all other top-level keys, as one JSON object. */
export const OTHER_KEYS = 'other_keys';
