import { checksumFile } from '../../core/checksum.ts';
import type { ParquetPart } from '../parsed-hour.ts';
import type { WrittenParquet } from './duckdb.ts';
import type { ParquetFile } from './query.ts';
import type { RowsFile } from './rows-file.ts';

/**
 * A Parquet file that was written from rows: its checksums, its rows, and its bad values.
 * @throws Error when it does not have all rows; the file system's own error
 */
export async function finishedPart(
  { table, rows, path }: ParquetFile & { readonly rows: RowsFile },
  { rows: written, nulls }: WrittenParquet,
): Promise<ParquetPart> {
  if (written !== rows.rows) throw new Error(`${path} has ${written} rows, not ${rows.rows}`);
  // For each column, how many of its values are null in the file.
  const bad = table.columns.flatMap(({ name }, column) => {
    const lost = (rows.values[column] ?? 0) + (nulls.get(name) ?? 0) - rows.rows;
    return lost > 0 ? [[name, lost] as const] : [];
  });
  return {
    file: path,
    start: 0,
    events: rows.rows,
    ...(bad.length > 0 && { badValues: Object.fromEntries(bad) }),
    ...(await checksumFile(path)),
  };
}
