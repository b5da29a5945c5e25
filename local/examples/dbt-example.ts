import { DuckDbSession } from '../duckdb-session.ts';
import { openDbtProject } from './dbt-project.ts';
import type { Example, ExampleCount } from './example.ts';
import { ledgerCounts } from './ledger-counts.ts';

/** The relations of the dbt project that have a row for each event, and those with one for each event type. */
const relations = {
  events: [
    'amplitude.stg_amplitude__events',
    'amplitude.fct_amplitude__events',
    'amplitude_airbyte.events',
    'amplitude_fivetran.event',
  ],
  eventTypes: ['amplitude_airbyte.events_list', 'amplitude_fivetran.event_type'],
} as const;

/** Builds and tests all models of the dbt project, checks how fresh its source is, and counts their rows. */
export const dbtExample: Example = {
  name: 'dbt',
  run: async (bucket, folder, report) => {
    const project = await openDbtProject(bucket, folder, report);
    await project.run(['build']);
    await project.run(['source', 'freshness']);
    const ledger = await ledgerCounts(bucket);
    const session = await DuckDbSession.open(project.database, { access_mode: 'READ_ONLY' });
    try {
      return [
        ...(await countRows(session, relations.events, ledger.events)),
        ...(await countRows(session, relations.eventTypes, ledger.eventTypes)),
      ];
    } finally {
      session.close();
    }
  },
};

async function countRows(
  session: DuckDbSession,
  names: readonly string[],
  ledger: number,
): Promise<ExampleCount[]> {
  const counts: ExampleCount[] = [];
  for (const what of names) {
    const [row] = await session.run(`SELECT count(*) AS counted FROM ${what}`);
    counts.push({ what, counted: Number(row?.['counted']), ledger });
  }
  return counts;
}
