import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parquetColumns } from '../../amplitude/parquet/columns.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { findHttpfs } from '../../local/binaries/httpfs.ts';
import { DuckDbSession, type Row } from '../../local/duckdb-session.ts';
import { settingsFor } from '../../local/examples/duckdb-settings.ts';
import { loadDuckDb, type Reader } from '../../local/examples/load-duckdb.ts';
import { differingTables } from '../support/compare-databases.ts';
import { sampleEvents, TestBucket } from '../support/example-bucket.ts';
import { differencesOf, expectedRow } from '../support/expected-cells.ts';
import { expectedFacts, expectedSessions } from '../support/expected-facts.ts';
import { normalJson } from '../support/normal-json.ts';
import { replaced } from '../support/replaced.ts';

const hourOf = (hour: string) => parseHourWindow(`2026-01-01T${hour}`);
const FIRST = hourOf('02');
const EMPTY = hourOf('03');
const CHANGED = hourOf('04');
const LATE = hourOf('05');

let landed: TestBucket;
let folder: string;
let extensions: string;
let eventsList = new Map<string, number>();

beforeAll(async () => {
  landed = await TestBucket.make();
  folder = await mkdtemp(join(tmpdir(), 'amplitude-export-duckdb-'));
  extensions = await findHttpfs((line) => console.log(line));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const fileOf = (name: string): string => join(folder, name);

/** An event, as far as the query of docs/reading.md goes. */
interface SampleEvent {
  readonly event_type: string;
  readonly event_properties: Readonly<Record<string, string>>;
}

/** What `use` returns of a database, how many hours each load took, and the files that were run. */
interface Loaded<T> {
  readonly result: T;
  readonly hours: readonly bigint[];
  readonly files: readonly string[];
}

/** Loads what has landed into a database. */
async function load<T>(
  name: string,
  reader: Reader,
  use: (session: DuckDbSession) => Promise<T>,
  from: TestBucket = landed,
): Promise<Loaded<T>> {
  const session = await DuckDbSession.open(fileOf(name), { extension_directory: extensions });
  try {
    const hours: bigint[] = [];
    const files: string[] = [];
    for await (const { file, rows } of loadDuckDb(session, await settingsFor(from.address, 2), reader)) {
      const count = rows[0]?.['hours_loaded_now'];
      if (typeof count === 'bigint') hours.push(count);
      files.push(file);
    }
    return { result: await use(session), hours, files };
  } finally {
    session.close();
  }
}

const readEvents = (session: DuckDbSession): Promise<Row[]> => session.run('FROM events');

const keyOf = (window: unknown, uuid: unknown): string => `${String(window)} ${String(uuid)}`;

/** The differences between rows of `events` and the lines of the hours; `jsonOf` is how a JSON text is compared. */
function differencesOfRows(
  rows: readonly Row[],
  jsonOf: (text: string) => string,
  { hours }: TestBucket = landed,
): string[] {
  const found = new Map(rows.map((row) => [keyOf(row['hour_window'], row['uuid']), row]));
  const lines = [...hours].flatMap(([window, { lines }]) => lines.map((line) => ({ window, line })));
  expect(found.size).toBe(rows.length);
  expect(rows.length).toBe(lines.length);
  const jsonColumns = parquetColumns.filter(({ kind }) => kind === 'json').map(({ name }) => name);
  const jsonNames = new Set([...jsonColumns, 'other_keys']);
  const comparable = (row: Row): Row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        jsonNames.has(name) && typeof value === 'string' ? jsonOf(value) : value,
      ]),
    );
  return lines.flatMap(({ window, line }) => {
    const { values } = expectedRow(line);
    const row = found.get(keyOf(window, values['uuid']));
    return differencesOf(comparable(row ?? {}), { values: comparable(values), bad: [] });
  });
}

/** Every event of the silver layer with its dimensions, as text. */
const FACTS = `SELECT COLUMNS(*)::VARCHAR FROM (
  SELECT fact.uuid, fact.hour_window, fact.events_list_id, fact.event_type, fact.user_id, fact.session_key,
    strftime(fact.event_time, '%Y-%m-%d %H:%M:%S.%f') AS event_time, fact.order_in_session,
    event_set.* EXCLUDE (event_property_set_id), user_set.*, device.*, family.*, type.*, os.*, location.*
  FROM event_fact AS fact
  JOIN event_property_set AS event_set USING (event_property_set_id)
  JOIN (
    SELECT user_property_set_id AS user_set_id, COLUMNS(* EXCLUDE (user_property_set_id)) AS 'user_\\0'
    FROM user_property_set
  ) AS user_set ON user_set_id = fact.user_property_set_id
  JOIN device USING (device_key)
  JOIN device_family AS family USING (device_family_id)
  JOIN device_type AS type USING (device_type_id)
  JOIN os USING (os_id)
  JOIN location USING (location_id)
)`;

const SESSIONS = `SELECT session_key, amplitude_id || '/' || epoch_ms(started_at) AS ids, events,
  strftime(first_event_time, '%Y-%m-%d %H:%M:%S.%f') AS first, strftime(last_event_time, '%Y-%m-%d %H:%M:%S.%f') AS last
  FROM session ORDER BY session_key`;

async function expectFacts(session: DuckDbSession): Promise<void> {
  const rows = await session.run(FACTS);
  const expected = expectedFacts(landed.hours, eventsList);
  expect(rows.length).toBe(expected.size);
  const differences = rows.flatMap((row) =>
    Object.entries(expected.get(String(row['uuid'])) ?? { uuid: 'none' })
      .filter(([name, value]) => row[name] !== value)
      .map(([name, value]) => `${name}: ${String(row[name])}, not ${String(value)}`),
  );
  expect(differences.slice(0, 5)).toEqual([]);
  expect(await session.run(SESSIONS)).toEqual(expectedSessions(expected));
}

/** A line in which these patterns are replaced. */
const withValues = (line: string, values: readonly (readonly [pattern: RegExp, value: string])[]): string =>
  values.reduce((text, [pattern, value]) => replaced(text, pattern, value), line);

/** Lines with what few events have: other keys, halves of surrogate pairs, values of another type, a carriage return. */
function oddLines(): string[] {
  const [one = '', two = '', three = ''] = sampleEvents(hourOf('08'));
  return [
    replaced(one, /^\{/, '{"new_key":{"long":123456789012345678,"half":"\\udc00"},"City":"other",'),
    withValues(two, [
      [/"language":"[^"]*"/, '"language":"cut \\ud83d"'],
      [
        /"event_properties":\{.*?\},"event_time"/,
        '"event_properties":{"cut":"\\uD83D","whole":"\\\\ud83d \\ud83c\\udf89"},"event_time"',
      ],
    ]),
    `${withValues(three, [
      [/"event_time":"[^"]*"/, '"event_time":"soon"'],
      [/"client_event_time":"[^"]*"/, '"client_event_time":"epoch"'],
      [/"processed_time":"[^"]*"/, '"processed_time":"2026-01-01"'],
      [/"paying":(?:"[^"]*"|\w+)/, '"paying":"yes"'],
      [/"app":\d+/, '"app":1.5'],
      [/"session_id":-?\d+/, '"session_id":123456789012345678901234567890'],
      [/"location_lat":(?:null|[-+\d.eE]+)/, '"location_lat":1e999'],
      [/"location_lng":(?:null|[-+\d.eE]+)/, '"location_lng":"NaN"'],
    ])}\r`,
  ];
}

const loadEventFiles = (): Promise<Loaded<Row[]>> =>
  load('events.duckdb', 'read-ndjson.sql', async (session) => {
    await expectFacts(session);
    return readEvents(session);
  });

it('the first load has every value of every line, from the event files and from the Parquet files', async () => {
  await landed.land(FIRST, sampleEvents(FIRST));
  await landed.land(EMPTY, []);
  await landed.land(CHANGED, sampleEvents(CHANGED));
  const fromEvents = await loadEventFiles();
  expect(differencesOfRows(fromEvents.result, normalJson).slice(0, 5)).toEqual([]);
  const fromParquet = await load('parquet.duckdb', 'read-parquet.sql', readEvents);
  expect(differencesOfRows(fromParquet.result, (text) => text).slice(0, 5)).toEqual([]);
  expect([fromEvents.hours, fromParquet.hours]).toEqual([
    [2n, 1n],
    [2n, 1n],
  ]);
});

it('a second load changes nothing', async () => {
  const again = await loadEventFiles();
  expect(again.hours).toEqual([0n]);
  expect(differencesOfRows(again.result, normalJson)).toEqual([]);
});

describe('after an hour landed again with changed lines, and a late hour', () => {
  const first = sampleEvents(FIRST);
  const [late = '', shared = ''] = first.filter((line) => /"session_id":\d/.test(line)).slice(5);
  /** An event of a session that is there already, which it begins. */
  const earlier = withValues(late, [
    [/"uuid":"[^"]*"/, '"uuid":"00000000-late"'],
    [/"event_time":"[^"]*"/, '"event_time":"2025-12-01 00:00:00"'],
  ]);
  /** An event that is in another hour with other values. */
  const elsewhere = replaced(shared, /"city":(?:null|"[^"]*")/, '"city":"Z\\u00fcrich \\"Nord\\""');
  const lateLines = [
    ...sampleEvents(LATE),
    replaced(late, /"uuid":"[^"]*"/, '"uuid":null'),
    withValues(late, [
      [/"uuid":"[^"]*"/, '"uuid":"00000000-far"'],
      [/"session_id":\d+/, '"session_id":9223372036854775000'],
    ]),
  ];
  const [one = '', two = '', ...others] = sampleEvents(CHANGED);
  const changed = others.map((line, index) =>
    index > 20
      ? line
      : replaced(
          line,
          /"event_properties":\{.*?\},"event_time":"[^"]*"/,
          '"event_properties":{"[Amplitude] Page Counter":7,"video_url":"a \\"b\\""},"event_time":"2026-01-01 04:30:00.5"',
        ),
  );

  beforeAll(async () => {
    await landed.land(CHANGED, [...changed, ...sampleEvents(hourOf('06')).slice(0, 3)]);
    await landed.land(LATE, [...lateLines, earlier, elsewhere]);
    eventsList = new Map([
      ['session_start', 48_101],
      ['[Amplitude] Page Viewed', 48_105],
    ]);
    await landed.putEventsList('2025-12-31', new Map([['session_start', 1]]));
    // A deleted event type with the name of one in use, an older one, and values of other types.
    await landed.putEventsList('2026-01-01', eventsList, [
      { id: 99_999, name: 'session_start', deleted: true },
      { id: 7, name: 'session_start', deleted: false },
      { id: 1.5, name: 'odd', hidden: 'perhaps', totals: 1.5, totals_delta: 'NaN' },
    ]);
  });

  it('the new lines are there once, and none of the old', async () => {
    const { result, hours } = await loadEventFiles();
    expect(hours).toEqual([2n]);
    expect(differencesOfRows(result, normalJson).slice(0, 5)).toEqual([]);
    const texts = JSON.stringify([one, two].map((line) => JSON.parse(line) as { uuid: string }));
    expect(result.filter(({ uuid }) => texts.includes(`"uuid":${JSON.stringify(uuid)}`))).toEqual([]);
  });

  it('from the Parquet files too', async () => {
    const { result } = await load('parquet.duckdb', 'read-parquet.sql', readEvents);
    expect(differencesOfRows(result, (text) => text).slice(0, 5)).toEqual([]);
  });

  it('an event that another hour had too comes back when that hour no longer has it', async () => {
    await landed.land(LATE, lateLines);
    const { result } = await loadEventFiles();
    expect(differencesOfRows(result, normalJson).slice(0, 5)).toEqual([]);
  });

  it('an hour that becomes empty loses its rows, and an empty events list its event types', async () => {
    await landed.land(CHANGED, []);
    eventsList = new Map();
    await landed.putEventsList('2026-01-02', eventsList);
    const { result } = await loadEventFiles();
    expect(differencesOfRows(result, normalJson).slice(0, 5)).toEqual([]);
  });

  it('all tables are those of a load from nothing', async () => {
    await load('fresh.duckdb', 'read-ndjson.sql', expectFacts);
    expect(await differingTables(fileOf('events.duckdb'), fileOf('fresh.duckdb'))).toEqual([]);
  });
});

it.each(['read-ndjson.sql', 'read-parquet.sql'] as const)(
  '%s reads odd lines as documented',
  async (reader) => {
    const odd = await TestBucket.make();
    await odd.land(FIRST, oddLines());
    const { result } = await load(`odd-${reader}.duckdb`, reader, readEvents, odd);
    expect(differencesOfRows(result, normalJson, odd)).toEqual([]);
  },
);

it('the queries of docs/reading.md give the events of the hours', async () => {
  const page = await readFile('docs/reading.md', 'utf8');
  const [, queries = ''] = /^## DuckDB\n[^]*?^```sql\n([^]*?)^```/m.exec(page) ?? [];
  const place = `s3://${landed.bucket.name}`;
  const sql = queries
    .replaceAll('s3://my-bucket/amplitude/', `${place}/${landed.prefix}/`)
    .replaceAll('s3://my-bucket/', `${place}/`);
  const session = await DuckDbSession.open(':memory:', { extension_directory: extensions });
  try {
    await session.run(await settingsFor(landed.address, 2));
    const rows = await session.run(sql);
    const counts = new Map(
      rows.map(({ event_type: type, page_path: path, events }) => [
        `${String(type)} ${String(path)}`,
        events,
      ]),
    );
    const expected = new Map<string, bigint>();
    for (const line of [...landed.hours.values()].flatMap(({ lines }) => lines)) {
      const { event_type: type, event_properties: properties } = JSON.parse(line) as SampleEvent;
      const key = `${type} ${properties['[Amplitude] Page Path'] ?? null}`;
      expected.set(key, (expected.get(key) ?? 0n) + 1n);
    }
    expect(counts).toEqual(expected);
  } finally {
    session.close();
  }
});

it('examples/sql/README.md names the files in the order in which they are run here', async () => {
  const [, command = ''] =
    /^cat (.*) \| duckdb /m.exec(await readFile('examples/sql/README.md', 'utf8')) ?? [];
  const { files } = await load('fresh.duckdb', 'read-ndjson.sql', readEvents);
  expect(command.split(' ')).toEqual([...new Set(files)]);
});

it('an hour that lacks its Parquet files is not loaded without its events', async () => {
  await load('parquet.duckdb', 'read-parquet.sql', readEvents);
  await landed.land(EMPTY, sampleEvents(hourOf('07')).slice(0, 9), false);
  await expect(load('parquet.duckdb', 'read-parquet.sql', readEvents)).rejects.toThrow(
    `${EMPTY} has 9 events, but 0 in its files of the format parquet`,
  );
  await load('fresh.duckdb', 'read-ndjson.sql', expectFacts);
});
