import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { quote } from '../../amplitude/parquet/query.ts';
import { DuckDbSession } from '../../local/duckdb-session.ts';

/** An event of the demo, as far as its questions go, with the hour that it landed in: `05`. */
interface DemoEvent {
  readonly hour: string;
  readonly event_type: string;
  readonly amplitude_id: number;
  readonly session_id: number;
}

/**
 * Runs the queries that `demo --query` printed again, in the folder with the landed files, and holds their answers against
 * the lines of these files and against what was printed.
 */
export async function expectAnswers(out: string, landed: string): Promise<void> {
  const events = await landedEvents(landed);
  const queries = [...out.matchAll(/^ {2}(SELECT .*)$/gm)].map(([, query = '']) => query);
  expect(queries).toHaveLength(3);
  const [hours = [], types = [], sessions = []] = await ask(queries, landed);
  const hourCounts = countBy(events.map(({ hour }) => hour));
  expect(hours).toEqual(
    [...hourCounts.keys()].toSorted().map((hour) => ['2026-01-01', hour, hourCounts.get(hour)]),
  );
  const typeCounts = countBy(events.map(({ event_type: type }) => type));
  expect(types).toHaveLength(10);
  expect(types.filter(([type, count]) => typeCounts.get(type ?? '') !== count)).toEqual([]);
  expect(types.map(([, count]) => count)).toEqual(mostFirst(typeCounts).slice(0, 10));
  const inSessions = events.filter(({ session_id: session }) => session >= 0);
  const sizes = mostFirst(countBy(inSessions.map((event) => `${event.amplitude_id} ${event.session_id}`)));
  expect(sessions).toEqual([[`${sizes.length}`, `${inSessions.length}`, expect.anything(), sizes[0]]]);
  const printed = out.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
  expect(printed).toEqual(
    expect.arrayContaining([...hours, ...types, ...sessions].map((row) => row.join(' '))),
  );
}

async function landedEvents(folder: string): Promise<DemoEvent[]> {
  const files = await readdir(folder, { recursive: true });
  const events: DemoEvent[] = [];
  for (const file of files) {
    const [, hour] = /\/events\/dt=.*\/hour=(\d\d)\/.*\.gz$/.exec(file) ?? [];
    if (hour === undefined) continue;
    const lines = gunzipSync(await readFile(join(folder, file)))
      .toString()
      .trimEnd()
      .split('\n');
    events.push(...lines.map((line) => ({ ...(JSON.parse(line) as Omit<DemoEvent, 'hour'>), hour })));
  }
  return events;
}

/** The answers, each a list of rows, and their cells as text. */
async function ask(queries: readonly string[], folder: string): Promise<string[][][]> {
  const session = await DuckDbSession.open(':memory:');
  try {
    await session.run(`SET file_search_path = ${quote(folder)}`);
    const answers: string[][][] = [];
    for (const query of queries)
      answers.push((await session.run(query)).map((row) => Object.values(row).map(String)));
    return answers;
  } finally {
    session.close();
  }
}

/** How often each text comes, as text. */
function countBy(texts: readonly string[]): Map<string, string> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return new Map([...counts].map(([text, count]) => [text, String(count)]));
}

function mostFirst(counts: ReadonlyMap<string, string>): string[] {
  return [...counts.values()].toSorted((one, other) => Number(other) - Number(one));
}
