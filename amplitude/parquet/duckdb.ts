import { dirname } from 'node:path';
import type * as DuckDb from '@duckdb/node-api';
import { messageOf } from '../../core/errors.ts';
import { DiskFull } from '../../core/file-errors.ts';
import { ParquetNotWritten, ParquetWriterMissing } from '../errors.ts';
import { copyStatement, nullsQuery, type ParquetFile } from './query.ts';

/**
 * Loads DuckDB, an optional dependency: npm leaves it out with `--omit=optional`, and on a platform it is not built for.
 * @throws ParquetWriterMissing
 */
export async function loadDuckDb(): Promise<typeof DuckDb> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    throw new ParquetWriterMissing(
      `OUTPUTS has parquet, but the package @duckdb/node-api cannot be loaded: ${messageOf(error)}`,
    );
  }
}

/** What was written: the rows, and how many of each column are null. */
export interface WrittenParquet {
  readonly rows: number;
  readonly nulls: ReadonlyMap<string, number>;
}

/**
 * Writes a Parquet file, with one thread and bounded memory; what does not fit goes to `temporaryFolder`, which need not
 * be there. It fails soon after `stop` was aborted.
 * @throws ParquetWriterMissing, ParquetNotWritten, DiskFull
 */
export async function writeParquet(
  file: ParquetFile,
  temporaryFolder: string,
  stop: AbortSignal,
): Promise<WrittenParquet> {
  const { DuckDBInstance } = await loadDuckDb();
  try {
    const instance = await DuckDBInstance.create(':memory:', settingsFor(file, temporaryFolder));
    try {
      const connection = await instance.connect();
      const interrupt = (): void => connection.interrupt();
      stop.addEventListener('abort', interrupt);
      try {
        stop.throwIfAborted();
        await connection.run(copyStatement(file));
        const found = await connection.runAndReadAll(nullsQuery(file.path));
        const nulls = new Map(found.getRows().map(([name, count]) => [String(name), Number(count)]));
        return { rows: Number(found.getRows()[0]?.[2] ?? 0), nulls };
      } finally {
        stop.removeEventListener('abort', interrupt);
        connection.closeSync();
      }
    } finally {
      instance.closeSync();
    }
  } catch (error) {
    throw typedError(error, dirname(file.path));
  }
}

const MiB = 1024 * 1024;
/** DuckDB's memory, and how many times it holds the longest row, and as many rows as it takes at once. */
const MEMORY = { bytes: 112 * MiB, longestRows: 8, rowsAtOnce: 3 } as const;

function settingsFor({ rows }: ParquetFile, temporaryFolder: string): Record<string, string> {
  const memory =
    MEMORY.bytes + MEMORY.longestRows * rows.longestRow + MEMORY.rowsAtOnce * rows.mostBytesAtOnce;
  return {
    threads: '1',
    memory_limit: `${Math.ceil(memory / MiB)}MiB`,
    temp_directory: temporaryFolder,
    // What it needs is built in. Nothing is fetched.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  };
}

/** DuckDB gives no codes, only words. From their second line on they may be data. */
function typedError(error: unknown, folder: string): Error {
  const [message = ''] = error instanceof Error ? error.message.split('\n', 1) : [];
  if (/no space left|disk quota/i.test(message))
    return new DiskFull(`no space is left for the work files in ${folder}`);
  return new ParquetNotWritten(`DuckDB could not write a Parquet file in ${folder}: ${message}`);
}
