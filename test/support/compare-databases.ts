import { quote } from '../../amplitude/parquet/query.ts';
import { DuckDbSession } from '../../local/duckdb-session.ts';

/**
 * The tables in which two DuckDB files differ, whatever the order of the rows: `events: 3 rows only here, 0 only there`.
 * Empty when they hold the same. Throws when there is no table, or when one of them lacks a table.
 */
export async function differingTables(here: string, there: string): Promise<string[]> {
  const session = await DuckDbSession.open(':memory:');
  try {
    await session.run(
      `ATTACH ${quote(here)} AS here (READ_ONLY); ATTACH ${quote(there)} AS there (READ_ONLY)`,
    );
    const tables = await session.run(
      "SELECT DISTINCT table_name AS name FROM duckdb_tables() WHERE database_name IN ('here', 'there')",
    );
    if (tables.length === 0) throw new Error(`${here} and ${there} have no table`);
    const found: string[] = [];
    for (const { name } of tables) {
      const [only] = await session.run(`SELECT
        (SELECT count(*) FROM (FROM here.${String(name)} EXCEPT ALL FROM there.${String(name)})) AS here,
        (SELECT count(*) FROM (FROM there.${String(name)} EXCEPT ALL FROM here.${String(name)})) AS there`);
      const counts = [Number(only?.['here']), Number(only?.['there'])];
      if (counts.some((count) => count !== 0))
        found.push(`${String(name)}: ${counts[0]} rows only here, ${counts[1]} only there`);
    }
    return found;
  } finally {
    session.close();
  }
}
