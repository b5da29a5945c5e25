import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { quote } from '../../amplitude/parquet/query.ts';

/** The rows of Parquet files, in the order of the files, by column. */
export type ParquetRow = Readonly<Record<string, DuckDBValue>>;

/** Runs a query in a DuckDB of its own, and returns its rows. */
export async function queryRows(sql: string): Promise<ParquetRow[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjects();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Reads Parquet files whole. */
export async function parquetRows(files: readonly string[]): Promise<ParquetRow[]> {
  const rows: ParquetRow[] = [];
  for (const file of files) rows.push(...(await queryRows(`SELECT * FROM read_parquet(${quote(file)})`)));
  return rows;
}
