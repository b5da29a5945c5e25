import { END_OF_CELL, RETURN, RETURN_SIGN } from './cells.ts';
import type { RowsFile } from './rows-file.ts';
import { OTHER_KEYS, type ColumnKind, type ParquetTable } from './table.ts';

/** What a Parquet file is made of. */
export interface ParquetFile {
  readonly table: ParquetTable;
  readonly rows: Pick<RowsFile, 'path' | 'rows' | 'bytes' | 'longestRow' | 'mostBytesAtOnce' | 'hasReturns'>;
  /** Where the Parquet file is to be written. */
  readonly path: string;
  /** When the data was requested, as an ISO time in UTC. */
  readonly extractedAt: string;
}

const MiB = 1024 * 1024;

/** A row group is held in memory while it is written. DuckDB makes it of 2,048 rows or a multiple. */
const ROW_GROUP = { rows: 10_240, bytes: 24 * MiB, step: 2048 } as const;

/** DuckDB reads a rows file in pieces, each longer than the longest row. */
const PIECE_BYTES = 4 * MiB;

/** A time as Amplitude writes it, and with ISO 8601's `T` and `Z`. */
const TIME = String.raw`\d{4}-\d{2}-\d{2}[ T]([01]\d|2[0-3]):\d{2}:\d{2}(\.\d+)?Z?`;
/** A number without a fraction, also written as `5.0`. */
const WHOLE_NUMBER = String.raw`-?\d+(\.0+)?`;

/** How a cell is cast. A value that cannot be cast is null. */
const castOf: Readonly<Record<Exclude<ColumnKind, 'json'>, (cell: string) => string>> = {
  string: (cell) =>
    `CASE WHEN starts_with(${cell}, '"') THEN json_extract_string(${cell}, '$') ELSE ${cell} END`,
  bigint: (cell) =>
    `CASE WHEN regexp_full_match(${cell}, '${WHOLE_NUMBER}') THEN TRY_CAST(${cell} AS BIGINT) END`,
  double: (cell) => `CASE WHEN isfinite(TRY_CAST(${cell} AS DOUBLE)) THEN TRY_CAST(${cell} AS DOUBLE) END`,
  boolean: (cell) => `CASE ${cell} WHEN 'true' THEN true WHEN 'false' THEN false END`,
  timestamp: (cell) =>
    `CASE WHEN regexp_full_match(${cell}, '${TIME}') THEN TRY_CAST(${cell} AS TIMESTAMP) END`,
};

/** The statement that turns a rows file into a Parquet file. */
export function copyStatement({ table, rows, path, extractedAt }: ParquetFile): string {
  const cells = [...table.columns.map(({ name }) => name), OTHER_KEYS];
  const json = (cell: string): string =>
    rows.hasReturns ? `replace(${cell}, chr(${RETURN_SIGN}), chr(${RETURN}))` : cell;
  const columns = cells.map((name) => `${quote(name)}: 'VARCHAR'`).join(', ');
  const casts = [
    ...table.columns.map(
      ({ name, kind }) => `${(kind === 'json' ? json : castOf[kind])(`"${name}"`)} AS "${name}"`,
    ),
    `${json(OTHER_KEYS)} AS ${OTHER_KEYS}`,
    ...(table.hasLineage ? lineage(extractedAt) : []),
  ];
  const buffer = Math.max(PIECE_BYTES, rows.longestRow + 1);
  return `COPY (
  SELECT ${casts.join(',\n    ')}
  FROM read_csv(${quote(literalPath(rows.path))}, columns = {${columns}}, auto_detect = false, header = false,
    delim = chr(${END_OF_CELL}), quote = '', escape = '', new_line = '\\n', nullstr = '', hive_partitioning = false,
    max_line_size = ${rows.longestRow + 1}, buffer_size = ${buffer})
) TO ${quote(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupSize(rows)})`;
}

/** The columns that Airbyte adds to every row. */
function lineage(extractedAt: string): string[] {
  return [
    `${castOf.string('"uuid"')} AS _airbyte_raw_id`,
    `CAST(${quote(extractedAt)} AS TIMESTAMP) AS _airbyte_extracted_at`,
    "'{}' AS _airbyte_meta",
    'CAST(0 AS BIGINT) AS _airbyte_generation_id',
  ];
}

function rowGroupSize({ rows, bytes }: ParquetFile['rows']): number {
  const fitting = Math.floor((ROW_GROUP.bytes * rows) / bytes / ROW_GROUP.step) * ROW_GROUP.step;
  return Math.min(ROW_GROUP.rows, Math.max(ROW_GROUP.step, fitting));
}

/** A path to read, in which DuckDB takes these characters for a pattern. */
function literalPath(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}

/** A text as an SQL literal. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The query for the nulls in each column of a Parquet file, and its rows: name, nulls, rows. */
export function nullsQuery(path: string): string {
  const file = quote(literalPath(path));
  return `SELECT path_in_schema, sum(stats_null_count), sum(row_group_num_rows) FROM parquet_metadata(${file}) GROUP BY 1`;
}
