import { join } from 'node:path';
import { findHttpfs } from '../binaries/httpfs.ts';
import { DuckDbSession } from '../duckdb-session.ts';
import { settingsFor } from './duckdb-settings.ts';
import type { Example, ExampleCount } from './example.ts';
import { ledgerCounts, type LedgerCounts } from './ledger-counts.ts';
import { loadDuckDb, type Reader } from './load-duckdb.ts';

/** So many hours in a load that a day takes several. */
const HOURS_AT_ONCE = 10;

/** examples/sql/duckdb, from the event files. */
export const ndjsonExample = exampleWith('sql/duckdb, event files', 'read-ndjson.sql');

/** examples/sql/duckdb, from the Parquet files. */
export const parquetExample = exampleWith('sql/duckdb, Parquet', 'read-parquet.sql');

function exampleWith(name: string, reader: Reader): Example {
  return {
    name,
    run: async (bucket, folder, report) => {
      const settings = await settingsFor(bucket, HOURS_AT_ONCE);
      const session = await DuckDbSession.open(join(folder, 'amplitude.duckdb'), {
        extension_directory: await findHttpfs(report),
      });
      try {
        // The second time, nothing has changed.
        for (let time = 1; time <= 2; time += 1) {
          for await (const { file, rows } of loadDuckDb(session, settings, reader)) {
            const hours = rows[0]?.['hours_loaded_now'];
            if (file === 'load.sql' && hours !== undefined) report(`${name}: ${String(hours)} hours loaded`);
          }
        }
        return await counts(session, await ledgerCounts(bucket));
      } finally {
        session.close();
      }
    },
  };
}

async function counts(session: DuckDbSession, ledger: LedgerCounts): Promise<ExampleCount[]> {
  const count = async (what: string, from: string): Promise<number> =>
    Number((await session.run(`SELECT count(${what}) AS counted FROM ${from}`))[0]?.['counted']);
  return [
    { what: 'hours', counted: await count('*', 'hours_loaded'), ledger: ledger.hours },
    { what: 'rows of events', counted: await count('*', 'events'), ledger: ledger.events },
    { what: 'different uuids', counted: await count('DISTINCT uuid', 'events'), ledger: ledger.events },
    { what: 'rows of event_fact', counted: await count('*', 'event_fact'), ledger: ledger.events },
    {
      what: 'of these in the list',
      counted: await count('events_list_id', 'event_fact'),
      ledger: ledger.events,
    },
    { what: 'rows of events_list', counted: await count('*', 'events_list'), ledger: ledger.eventTypes },
  ];
}
