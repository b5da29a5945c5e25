import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DuckDBValue } from '@duckdb/node-api';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Snapshot } from '../../activities/snapshot-events-list.ts';
import { parquetColumns } from '../../amplitude/parquet/columns.ts';
import { eventsListManifestKey } from '../../bronze/events-list/keys.ts';
import { parseEventsListManifest, type EventsListManifest } from '../../bronze/events-list/manifest.ts';
import { Ledger } from '../../bronze/ledger.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { hoursOf, parseInterval } from '../../core/interval.ts';
import { DuckDbSession, type Row } from '../../local/duckdb-session.ts';
import { dbtExample } from '../../local/examples/dbt-example.ts';
import { openDbtProject, type DbtProject } from '../../local/examples/dbt-project.ts';
import type { ExampleBucket } from '../../local/examples/example.ts';
import { eventsListJson } from '../../local/sample-api/events-list.ts';
import { runVerb } from '../support/command-line.ts';
import { expectedRow } from '../support/expected-cells.ts';
import { expectedFacts, expectedSessions } from '../support/expected-facts.ts';
import { putManifest } from '../support/manifests.ts';
import { served } from '../support/landed-lines.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { temporaryFolder } from '../support/s3.ts';

/** With an hour that is empty, and one whose files are many gzip streams each. The hour after it is made by hand. */
const interval = parseInterval({ start: '2026-01-01T00', end: '2026-01-01T07' });
const windows = hoursOf(interval);
const hour = (number: number): HourWindow => windows[number] ?? parseHourWindow('');

const HAND_MADE = '2026-01-01T08';

/** What the sample events do not have: bad values and times, other keys, halves of surrogate pairs, long numbers. */
const oddLines = [
  String.raw`{"uuid":"odd-1","event_time":"soon","event_id":1.5,"session_id":5.0,"paying":"(none)","colour":"blue","size":1}`,
  String.raw`{"uuid":"odd-2","event_id":9223372036854775807,"amplitude_id":9223372036854775808,"location_lat":1e999,"paying":""}`,
  String.raw`{"uuid":"odd-3","session_id":9223372036854775807,"\u0065vent_type":"a half \ud83d, \\ud83d, a pair \ud83d\ude00, \udc00\ud800\n","groups":["\ud83d\ude00"]}`,
  ...[
    '"event_time":"epoch","client_event_time":"infinity","processed_time":"2026-01-01 05:00"',
    '"event_time":"2026-01-01T05:00:00.1234567Z","client_event_time":"2026-01-01 05:00:00+02","processed_time":"2026-02-30 05:00:00"',
    '"event_time":1767243600000,"client_event_time":"2026-01-01","processed_time":"2026-01-01 24:00:00"',
  ].map((times, index) => `{"uuid":"odd-${index + 4}",${times}}`),
];

/** Without a uuid: they must not become one event. */
const linesWithoutUuid = ['{"event_type":"one"}', '{"event_type":"other","uuid":null}'];

/** One event, twice in an hour: the line that was uploaded last counts, then the one with the later event time. */
const linesOfOneEvent = [
  ['2026-01-01 08:00:02', '2026-01-01 07:59:01', 'second'],
  ['2026-01-01 08:00:02', '2026-01-01 07:59:02', 'last'],
  ['2026-01-01 08:00:01', '2026-01-01 07:59:03', 'first'],
].map(
  ([uploaded, time, type]) =>
    `{"uuid":"twice","server_upload_time":"${uploaded}","event_time":"${time}","event_type":"${type}"}`,
);

/** What the README says of it: other values than in the Parquet files. */
const differingLine =
  '{"uuid":"differs","event_id":"5","paying":"true","event_type":{"a":1},"city":"first","city":"last"}';

const handMade = [...oddLines, differingLine, ...linesWithoutUuid, ...linesOfOneEvent];

let pipeline: Pipeline;
let bucket: ExampleBucket;
let project: DbtProject;
let snapshot: Snapshot;
const folder = temporaryFolder();
const report = (line: string): void => console.log(line);

beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker({ OUTPUTS: 'raw,events,parquet' });
  const { env } = pipeline;
  bucket = {
    endpoint: env['AWS_ENDPOINT_URL_S3'] ?? '',
    region: env['AWS_REGION'] ?? '',
    bucket: pipeline.bucket.name,
    prefix: pipeline.prefix,
    accessKeyId: env['S3_USER_ACCESS_KEY'] ?? '',
    secretAccessKey: env['S3_USER_SECRET_KEY'] ?? '',
  };
  project = await openDbtProject(bucket, await folder, report);
  await run(interval.start, interval.end);
  await landByHand(handMade);
  // The first time, pip fetches dbt.
}, 600_000);

afterAll(() => pipeline.close());

async function run(from: HourWindow, to: HourWindow): Promise<void> {
  const { code, err } = await runVerb(['run', '--from', from, '--to', to, '--reprocess'], pipeline.env);
  if (code !== 0) throw new Error(err);
}

/** Lands an hour without the export. */
async function landByHand(lines: readonly string[]): Promise<void> {
  const key = `${pipeline.prefix}/events/dt=2026-01-01/hour=08/part-0000-${lines.length}.json.gz`;
  await putGzip(key, lines);
  const output = {
    key,
    format: 'events',
    events: lines.length,
    bytes: 0,
    sha256: '',
    crc64nvme: '',
  } as const;
  const content = {
    events: lines.length,
    attemptId: `${lines.length}`,
    outputs: lines.length > 0 ? [output] : [],
  };
  await putManifest(pipeline.bucket, pipeline.prefix, HAND_MADE, content);
}

async function putGzip(key: string, lines: readonly string[]): Promise<void> {
  const { client, name } = pipeline.bucket;
  const body = gzipSync(lines.map((line) => `${line}\n`).join(''));
  await client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: body }));
}

async function query(sql: string): Promise<Row[]> {
  const session = await DuckDbSession.open(project.database, { access_mode: 'READ_ONLY' });
  try {
    return await session.run(sql);
  } finally {
    session.close();
  }
}

async function count(relation: string): Promise<number> {
  const [row] = await query(`SELECT count(*) AS rows FROM ${relation}`);
  return Number(row?.['rows']);
}

/** What the last command said of one of the project's tests. */
async function resultsOfTest(name: string): Promise<unknown[]> {
  const text = await readFile(join(await folder, 'target', 'run_results.json'), 'utf8');
  const { results } = JSON.parse(text) as { readonly results: readonly { readonly unique_id: string }[] };
  return results.filter(({ unique_id: id }) => id === `test.amplitude_export.${name}`);
}

/** The events that were served for an hour, as text. */
function linesOf(window: HourWindow, variation = {}): string[] {
  return served(pipeline.sample, window, variation).events.map((line) =>
    Buffer.from(line, 'latin1').toString(),
  );
}

function uuidsOf(lines: readonly string[]): string[] {
  return lines.map((line) => (JSON.parse(line) as { uuid: string }).uuid).toSorted();
}

const jsonColumns = new Set(parquetColumns.filter(({ kind }) => kind === 'json').map(({ name }) => name));

/** JSON of the same values is equal: long integers are compared as text, since a number of JavaScript would round them. */
function comparable(name: string, value: DuckDBValue | undefined): unknown {
  if (!jsonColumns.has(name) || typeof value !== 'string') return value;
  return JSON.parse(value.replaceAll(/(?<=[[:,])(-?\d{16,})(?=[\],}])/g, '"$1"'));
}

/** What a row in Airbyte's shape must hold of a line. */
function expectedValues(line: string): Record<string, unknown> {
  const { values } = expectedRow(line);
  return Object.fromEntries(parquetColumns.map(({ name }) => [name, comparable(name, values[name])]));
}

function foundValues(row: Row): Record<string, unknown> {
  return Object.fromEntries(parquetColumns.map(({ name }) => [name, comparable(name, row[name])]));
}

it('builds and tests every model and finds its source fresh, also without a snapshot of the events list', async () => {
  const sampleLines = windows.reduce((sum, window) => sum + linesOf(window).length, 0);
  const [events, ledger] = [sampleLines + oddLines.length + 2, sampleLines + handMade.length];
  expect(await dbtExample.run(bucket, await folder, report)).toEqual([
    { what: 'amplitude.stg_amplitude__events', counted: events, ledger },
    { what: 'amplitude.fct_amplitude__events', counted: events, ledger },
    { what: 'amplitude_airbyte.events', counted: events, ledger },
    { what: 'amplitude_fivetran.event', counted: events, ledger },
    { what: 'amplitude_airbyte.events_list', counted: 0, ledger: 0 },
    { what: 'amplitude_fivetran.event_type', counted: 0, ledger: 0 },
  ]);
  expect(await count('amplitude_fivetran.event WHERE event_type_id IS NOT NULL')).toBe(0);
});

it('has lines without a uuid in the base model only, and of an event that comes twice the last line', async () => {
  const withoutUuid = 'SELECT event_type FROM amplitude.base_amplitude__events WHERE uuid IS NULL ORDER BY 1';
  expect(await query(withoutUuid)).toEqual([{ event_type: 'one' }, { event_type: 'other' }]);
  const twice = "SELECT event_type FROM amplitude.stg_amplitude__events WHERE uuid = 'twice'";
  expect(await query(twice)).toEqual([{ event_type: 'last' }]);
});

it('has the values that were sent, in the shape of Airbyte and in that of Fivetran', async () => {
  const airbyte = new Map((await query('FROM amplitude_airbyte.events')).map((row) => [row['uuid'], row]));
  const fivetran = new Map((await query('FROM amplitude_fivetran.event')).map((row) => [row['uuid'], row]));
  const manifests = await new Ledger(pipeline.bucket, pipeline.prefix).read(windows);
  for (const window of windows) {
    for (const line of linesOf(window)) {
      const expected = expectedValues(line);
      const uuid = String(expected['uuid']);
      const row = airbyte.get(uuid) ?? {};
      expect(foundValues(row)).toEqual(expected);
      expect(row).toMatchObject({ _airbyte_raw_id: uuid, _airbyte_meta: '{}', _airbyte_generation_id: 0n });
      expect(String(row['_airbyte_extracted_at'])).toBe(duckDbTime(manifests.get(window)?.source.fetchedAt));
      const event = fivetran.get(uuid) ?? {};
      expect(String(event['_fivetran_synced'])).toBe(duckDbTime(manifests.get(window)?.createdAt));
      expect(event).toMatchObject({
        id: expected['event_id'],
        ad_id: expected['adid'],
        schema: expected['_schema'],
        _insert_id: expected['_insert_id'],
        project_name: String(expected['app']),
        paying: expected['paying'],
        event_time: expected['event_time'],
      });
    }
  }
});

function duckDbTime(iso = ''): string {
  return iso.replace('T', ' ').replace(/\.?0*Z$/, '');
}

/** The rows of the mart, as text: the fact with all its dimensions. */
const FACTS = `SELECT COLUMNS(*)::VARCHAR FROM (
  SELECT fact.uuid, fact.event_type_id AS events_list_id, fact.event_type, fact.user_id, fact.device_id,
    sessions.amplitude_id || '/' || sessions.session_id AS session_key, fact.number_in_session AS order_in_session,
    strftime(fact.event_time, '%Y-%m-%d %H:%M:%S.%f') AS event_time, properties.*, users.*, devices.*, locations.*
  FROM amplitude.fct_amplitude__events AS fact
  JOIN amplitude.dim_amplitude__event_properties AS properties USING (event_properties_key)
  JOIN (
    SELECT user_properties_key AS key_of_user, COLUMNS(* EXCLUDE (user_properties_key)) AS 'user_\\0'
    FROM amplitude.dim_amplitude__user_properties
  ) AS users ON key_of_user = fact.user_properties_key
  JOIN amplitude.dim_amplitude__devices AS devices USING (device_key)
  JOIN amplitude.dim_amplitude__locations AS locations USING (location_key)
  LEFT JOIN amplitude.dim_amplitude__sessions AS sessions USING (session_key)
)`;

/** The sessions of the sample events: those made by hand have no user. */
const SESSIONS = `SELECT amplitude_id || '/' || session_id AS session_key, events,
  amplitude_id || '/' || epoch_ms(started_at) AS ids,
  strftime(first_event_time, '%Y-%m-%d %H:%M:%S.%f') AS first, strftime(last_event_time, '%Y-%m-%d %H:%M:%S.%f') AS last
  FROM amplitude.dim_amplitude__sessions WHERE amplitude_id IS NOT NULL ORDER BY session_key`;

/** What only the silver layer of examples/sql has. */
const notInMart = new Set([
  'hour_window',
  'device_brand',
  'device_manufacturer',
  'device_carrier',
  'platform',
]);

it('the fact and its dimensions have the values that were sent, and the order within the session', async () => {
  const hours = new Map(
    windows.map((window, minute) => [window, { lines: linesOf(window), minute, parquet: true }]),
  );
  const expected = expectedFacts(hours, new Map());
  const found = new Map((await query(FACTS)).map((row) => [row['uuid'], row]));
  for (const [uuid, values] of expected) {
    const columns = Object.entries(values).filter(([column]) => !notInMart.has(column));
    const row = found.get(uuid) ?? {};
    expect(Object.fromEntries(columns.map(([column]) => [column, row[column]]))).toEqual(
      Object.fromEntries(columns),
    );
  }
  expect(await query(SESSIONS)).toEqual(expectedSessions(expected));
  const tooLate = 'dim_amplitude__sessions WHERE session_id = 9223372036854775807 AND started_at IS NULL';
  expect(await count(`amplitude.${tooLate}`)).toBe(1);
});

it('has what is odd as the Parquet files have it', async () => {
  const rows = await query(
    "FROM amplitude.stg_amplitude__events WHERE starts_with(uuid, 'odd') ORDER BY uuid",
  );
  const found = rows.map((row) => ({ ...foundValues(row), other_keys: row['other_keys'] }));
  const expected = oddLines.map((line) => ({
    ...expectedValues(line),
    other_keys: expectedRow(line).values['other_keys'],
  }));
  expect(found).toEqual(expected);
});

it('has other values than the Parquet files where the README says so', async () => {
  const found = await query("FROM amplitude.stg_amplitude__events WHERE uuid = 'differs'");
  expect(found).toMatchObject([{ event_id: 5n, paying: true, event_type: '{"a":1}', city: 'first' }]);
  expect(expectedValues(differingLine)).toMatchObject({
    event_id: null,
    paying: null,
    event_type: null,
    city: 'last',
  });
});

it('reads what has landed since, replaces the hours that have landed again, and reads no other hour', async () => {
  const ledger = new Ledger(pipeline.bucket, pipeline.prefix);
  const [other, more, untouched] = [hour(2), hour(4), hour(1)];
  // One hour gets lines that it did not have, and keeps none; another keeps its lines and gets three more.
  pipeline.api.setFaults([`${other}=first-hour`, `${more}=changed`]);
  await run(other, more);
  const manifest = (await ledger.read([untouched])).get(untouched);
  await pipeline.bucket.delete(manifest?.outputs.map(({ key }) => key) ?? []);
  await snapshotEventsList();
  await landByHand([]);
  // Of the three hours, the oldest alone; then the others.
  const models = ['stg_amplitude__hours', 'base_amplitude__events'];
  await project.run(['build', '--select', ...models, '--vars', '{hours_at_once: 1}']);
  expect(await resultsOfTest('no_hour_is_left')).toMatchObject([{ status: 'warn', failures: 2 }]);
  const sizes = await query(
    'SELECT hour_window, count(*) AS lines FROM amplitude.base_amplitude__events GROUP BY ALL',
  );
  const found = new Map(sizes.map((row) => [row['hour_window'], Number(row['lines'])]));
  expect([other, more, HAND_MADE].map((window) => found.get(window))).toEqual([
    linesOf(hour(0)).length,
    linesOf(more).length,
    handMade.length,
  ]);
  await project.run(['build']);
  expect(await resultsOfTest('no_hour_is_left')).toMatchObject([{ status: 'pass', failures: 0 }]);

  const landed = await query('SELECT hour_window, uuid FROM amplitude.base_amplitude__events ORDER BY uuid');
  const uuidsIn = (window: HourWindow) =>
    landed.filter((row) => row['hour_window'] === window).map(({ uuid }) => String(uuid));
  for (const window of windows) {
    const now = window === other ? linesOf(hour(0)) : linesOf(window, { moreEvents: window === more });
    expect([window, uuidsIn(window)]).toEqual([window, uuidsOf(now)]);
  }
  expect(landed.filter((row) => row['hour_window'] === HAND_MADE)).toEqual([]);
  // The lines that two hours have now are one event each.
  const events = windows
    .filter((window) => window !== other)
    .flatMap((window) => linesOf(window, { moreEvents: window === more }));
  expect(
    (await query('SELECT uuid FROM amplitude.fct_amplitude__events ORDER BY uuid')).map(({ uuid }) =>
      String(uuid),
    ),
  ).toEqual(uuidsOf(events));
});

/** Event types with a name that the sample has too: a deleted one with a greater id, and one in use with a lower id. */
const sameNames = [
  { id: 99_999, name: 'session_start', deleted: true },
  { id: 1, name: 'session_start', deleted: false },
];

/**
 * Takes a snapshot of the events list, and adds the event types above to it. An older one is there too, and has no event
 * type.
 */
async function snapshotEventsList(): Promise<void> {
  const older = { source: { fetchedAt: '' }, outputs: [], createdAt: '' };
  const olderKey = eventsListManifestKey(pipeline.prefix, '2025-12-31');
  await pipeline.bucket.putText(olderKey, JSON.stringify(older), 'application/json');
  const { client, taskQueue } = pipeline;
  const workflowId = `${taskQueue}-events-list`;
  snapshot = await client.workflow.execute('snapshotEventsList', { workflowId, taskQueue, args: [] });
  const key = eventsListManifestKey(pipeline.prefix, snapshot.date);
  const manifest = JSON.parse((await pipeline.bucket.getText(key))?.text ?? '') as EventsListManifest;
  const output = { key: `${pipeline.prefix}/events_list/same-names.json.gz`, format: 'events_list' };
  await putGzip(
    output.key,
    sameNames.map((type) => JSON.stringify(type)),
  );
  const outputs = [...manifest.outputs, output];
  await pipeline.bucket.putText(key, JSON.stringify({ ...manifest, outputs }), 'application/json');
}

it('knows the event types of the newest snapshot', async () => {
  const key = eventsListManifestKey(pipeline.prefix, snapshot.date);
  const manifest = parseEventsListManifest((await pipeline.bucket.getText(key))?.text ?? '', key);
  expect(manifest.outputs.map(({ format }) => format)).toEqual([
    'events_list',
    'events_list_parquet',
    'events_list',
  ]);
  const { data } = JSON.parse(eventsListJson({ changed: false })) as { data: { id: number }[] };
  const listed = data.map((type) => ({ ...type, totals: expect.any(BigInt) as bigint }));
  const found = await query('FROM amplitude_airbyte.events_list ORDER BY id');
  expect(found).toMatchObject(
    [...listed, ...sameNames]
      .toSorted((a, b) => a.id - b.id)
      .map((type) => ({ ...type, id: BigInt(type.id) })),
  );
  expect(new Set(found.map((row) => String(row['_airbyte_extracted_at'])))).toEqual(
    new Set([duckDbTime(manifest.source.fetchedAt)]),
  );
  expect(await count('amplitude_fivetran.event WHERE event_type_id IS NULL')).toBe(0);
  expect(await query('FROM amplitude_fivetran.event_type WHERE id = 48101')).toMatchObject([
    { name: 'session_start', project_name: '260786', waitroom_approved: null },
  ]);
  const ids =
    "SELECT DISTINCT event_type_id AS id FROM amplitude_fivetran.event WHERE event_type = 'session_start'";
  expect(await query(ids)).toEqual([{ id: 48_101n }]);
});

it('a project that was written for Airbyte or Fivetran runs when one line of its sources is changed', async () => {
  const copy = join(await folder, 'written-for-others');
  await cp('test/examples/written-for-others', copy, { recursive: true });
  const sources = join(copy, 'models', 'sources.yml');
  const text = await readFile(sources, 'utf8');
  await writeFile(
    sources,
    text
      .replace('schema: raw_airbyte', 'schema: amplitude_airbyte')
      .replace('schema: raw_fivetran', 'schema: amplitude_fivetran'),
  );
  await project.run(['build'], copy);
  const lines = windows
    .filter((window) => window !== hour(2))
    .flatMap((window) => linesOf(window, { moreEvents: window === hour(4) }));
  const events = lines.map((line) => JSON.parse(line) as { event_type: string; event_properties: object });
  const views = events.filter(({ event_type: type }) => type === '[Amplitude] Page Viewed');
  const urls = new Set(
    views.map(({ event_properties: properties }) =>
      new Map(Object.entries(properties)).get('[Amplitude] Page URL'),
    ),
  );
  const found = await query('SELECT page_url, event_type_id FROM amplitude_others.page_views');
  expect(found).toHaveLength(views.length);
  expect(new Set(found.map(({ page_url: url }) => url))).toEqual(urls);
  expect(new Set(found.map(({ event_type_id: id }) => id))).toEqual(new Set([48_105n]));
  const [sum] = await query(
    'SELECT sum(events) AS events, min(project_name) AS project FROM amplitude_others.events_by_type',
  );
  expect(sum).toMatchObject({ events: BigInt(events.length), project: '260786' });
});

it('writes no key into its files', async () => {
  const written = ['logs', 'target', 'output.log'];
  const files = await readdir(await folder, { recursive: true, withFileTypes: true });
  const paths = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => written.some((name) => path.includes(name)));
  expect(paths.length).toBeGreaterThan(3);
  for (const path of paths) {
    const text = await readFile(path, 'latin1');
    expect([path, text.includes(bucket.secretAccessKey)]).toEqual([path, false]);
  }
});
