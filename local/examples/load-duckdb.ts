import type { DuckDbSession, Row } from '../duckdb-session.ts';
import { duckDbFile } from './example-files.ts';

/** Which files of an hour are read: the event files or the Parquet files. */
export type Reader = 'read-ndjson.sql' | 'read-parquet.sql';

/** A statement that has been run: the file that it is from, and its answer. */
export interface Done {
  readonly file: string;
  readonly rows: readonly Row[];
}

/**
 * Does what `examples/sql/README.md` says: loads the hours that have landed since the last time, until none is left, and
 * refreshes the silver layer. Gives every statement when it has been run. Throws DuckDB's errors.
 */
export async function* loadDuckDb(
  session: DuckDbSession,
  settings: string,
  reader: Reader,
): AsyncGenerator<Done> {
  for await (const rows of session.each(settings)) yield { file: 'settings.sql', rows };
  yield* runFile(session, 'tables.sql');
  yield* runFile(session, reader);
  for (let hoursLeft = 1n; hoursLeft > 0n;) {
    for await (const done of runFile(session, 'load.sql')) {
      yield done;
      hoursLeft = BigInt(String(done.rows[0]?.['hours_left'] ?? hoursLeft));
    }
  }
  for (const file of ['events-list.sql', 'silver-tables.sql', 'silver.sql']) yield* runFile(session, file);
}

async function* runFile(session: DuckDbSession, file: string): AsyncGenerator<Done> {
  for await (const rows of session.each(await duckDbFile(file))) yield { file, rows };
}
