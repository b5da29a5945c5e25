import type { DuckDBValue } from '@duckdb/node-api';
import { quote } from '../amplitude/parquet/query.ts';
import { DuckDbSession } from '../local/duckdb-session.ts';
import { table } from './terminal/format.ts';

/** What was asked, the query of one line, and its answer: a row for each line, its cells as text. */
export interface Answer {
  readonly question: string;
  readonly query: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The queries name their columns: DuckDB would otherwise guess them from the first lines. */
function queries(prefix: string): readonly Pick<Answer, 'question' | 'query'>[] {
  const files = quote(`${prefix}/events/*/*/*.json.gz`);
  return [
    {
      question: 'Events an hour',
      query: `SELECT dt, hour, count(*) AS events FROM read_json(${files}, columns = {uuid: 'VARCHAR'}, hive_partitioning = true) GROUP BY ALL ORDER BY ALL`,
    },
    {
      question: 'Top event types',
      query: `SELECT event_type, count(*) AS events FROM read_json(${files}, columns = {event_type: 'VARCHAR'}) GROUP BY ALL ORDER BY events DESC, event_type LIMIT 10`,
    },
    {
      question: 'Sessions',
      query: `SELECT count(*) AS sessions, sum(events) AS events, median(events) AS median_events, max(events) AS most_events FROM (SELECT count(*) AS events FROM read_json(${files}, columns = {amplitude_id: 'BIGINT', session_id: 'BIGINT'}) WHERE session_id >= 0 GROUP BY amplitude_id, session_id)`,
    },
  ];
}

/**
 * Asks DuckDB about a folder that is a copy of the bucket.
 * @throws ToolMissing when DuckDB cannot be loaded
 */
export async function answerQueries(folder: string, prefix: string): Promise<Answer[]> {
  const session = await DuckDbSession.open(':memory:');
  try {
    await session.run(`SET file_search_path = ${quote(folder)}`);
    const answers: Answer[] = [];
    for (const { question, query } of queries(prefix)) {
      const rows = await session.run(query);
      const columns = Object.keys(rows[0] ?? {});
      answers.push({
        question,
        query,
        columns,
        rows: rows.map((row) => columns.map((name) => text(row[name]))),
      });
    }
    return answers;
  } finally {
    session.close();
  }
}

function text(value: DuckDBValue | undefined): string {
  return value === undefined || value === null ? '' : String(value);
}

/** The answers as tables for people, each below its query; `folder` is where the queries can be run again. */
export function answerText(answers: readonly Answer[], folder: string): string {
  const parts = answers.map(
    ({ question, query, columns, rows }) =>
      `${question}:\n  ${query}\n\n${table(columns, rows, columns.slice(-1))}\n`,
  );
  return [
    `The answers are from ${folder}, a copy of the bucket. To ask again, start DuckDB there.`,
    'These queries list files. In a bucket that workers write to, start from the manifests: docs/reading.md.\n',
    ...parts,
  ]
    .join('\n')
    .trimEnd();
}
