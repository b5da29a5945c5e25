import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { messageOf } from '../core/errors.ts';
import { ToolMissing } from './errors.ts';

/** A row of an answer, by column. */
export type Row = Readonly<Record<string, DuckDBValue>>;

/** A DuckDB database that is open, and runs the statements of SQL texts. */
export class DuckDbSession {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /**
   * Opens a database: a file, or `:memory:`; `settings` are DuckDB's own.
   * @throws ToolMissing when DuckDB cannot be loaded: npm leaves it out with `--omit=optional`
   */
  static async open(
    database: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<DuckDbSession> {
    const { DuckDBInstance } = await import('@duckdb/node-api').catch((error: unknown) => {
      throw new ToolMissing(
        `DuckDB, the package @duckdb/node-api, cannot be loaded (${messageOf(error)}). Install it with "npm install --include=optional".`,
      );
    });
    const instance = await DuckDBInstance.create(database, { ...settings });
    return new DuckDbSession(instance, await instance.connect());
  }

  /** Runs the statements of an SQL text one after another, and gives the rows of each. Throws DuckDB's errors. */
  async *each(sql: string): AsyncGenerator<Row[]> {
    const statements = await this.#connection.extractStatements(sql);
    for (let index = 0; index < statements.count; index += 1) {
      const statement = await statements.prepare(index);
      const answer = await statement.runAndReadAll();
      yield answer.getRowObjects();
    }
  }

  /** Runs the statements of an SQL text, and returns the rows of the last one. Throws DuckDB's errors. */
  async run(sql: string): Promise<Row[]> {
    let last: Row[] = [];
    for await (const rows of this.each(sql)) last = rows;
    return last;
  }

  /** A transaction that is open ends without effect. */
  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
