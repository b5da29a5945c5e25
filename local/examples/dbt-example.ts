import { DuckDBInstance } from '@duckdb/node-api';

import { openDbtProject } from './dbt-project.ts';
import type { Example } from './example.ts';
import { ledgerCounts } from './ledger-counts.ts';

/** Relations of the dbt project that have a row for each event. */
const relations = [
  'amplitude.stg_amplitude__events',
  'amplitude.fct_amplitude__events',
  'amplitude_airbyte.events',
  'amplitude_fivetran.event',
];

/** Builds and tests all models of the dbt project, checks how fresh its source is, and counts its events. */
export const dbtExample: Example = {
  name: 'dbt',
  run: async (bucket, folder, report) => {
    const project = await openDbtProject(bucket, folder, report);
    await project.run(['build']);
    await project.run(['source', 'freshness']);
    const { events: ledger } = await ledgerCounts(bucket);
    const counted = await countRows(project.database);
    return counted.map(({ relation, rows }) => ({ what: relation, counted: rows, ledger }));
  },
};

async function countRows(database: string): Promise<{ relation: string; rows: number }[]> {
  const instance = await DuckDBInstance.create(database, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    const counts: { relation: string; rows: number }[] = [];
    for (const relation of relations) {
      const result = await connection.runAndReadAll(`SELECT count(*) FROM ${relation}`);
      counts.push({ relation, rows: Number(result.getRows()[0]?.[0]) });
    }
    return counts;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
