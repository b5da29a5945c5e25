import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifestKey, objectKey } from '../../bronze/keys.ts';
import { Ledger } from '../../bronze/ledger.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { copyBucket } from '../../local/copy-bucket.ts';
import { gzipLines, temporaryFolder, zipOf } from '../support/archives.ts';
import { runVerb, type Ended, type RunningVerb } from '../support/command-line.ts';
import { asText, historiesOf } from '../support/histories.ts';
import { startHostileSource, type HostileSource } from '../support/hostile-source.ts';
import { landed } from '../support/landed-lines.ts';
import { queryRows } from '../support/parquet-rows.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { unpackedObjects } from '../support/unpacked-objects.ts';

const at = (hour: number): HourWindow => parseHourWindow(`2026-01-01T0${hour}`);
/** Hours with lines of both users; of the erased one only; with an event of that one before it logged in; without any. */
const [BOTH, ONLY, ANONYMOUS, ORPHAN] = [at(4), at(5), at(6), at(7)];
const WINDOWS = [BOTH, ONLY, ANONYMOUS, ORPHAN];

/** Texts that are of the erased user, and occur nowhere else. */
const ERASED = { user_id: 'erased-7f3a90c2', amplitude_id: 990011223344 };
const IDS = Object.values(ERASED).map(String);
const event = (uuid: string, window: HourWindow, user: object): string =>
  JSON.stringify({ uuid, server_upload_time: `${window.replace('T', ' ')}:00:00.000000`, ...user });
const kept = (window: HourWindow): string[] => [
  event(`kept-1-${window}`, window, { user_id: 'kept', amplitude_id: 1 }).replaceAll(',', ' , '),
  event(`kept-2-${window}`, window, { user_id: 'kept', amplitude_id: 1, event_properties: { a: 'ü\u0000' } }),
];
const erased = (window: HourWindow): string => event(`erased-${window}`, window, ERASED);
const { amplitude_id } = ERASED;

/** The members of each hour before the deletion. */
const BEFORE = new Map([
  [BOTH, [[...kept(BOTH), erased(BOTH)], [`{"user_id":"${ERASED.user_id}"`]]],
  [ONLY, [[erased(ONLY)]]],
  [ANONYMOUS, [[event('anonymous', ANONYMOUS, { amplitude_id }), ...kept(ANONYMOUS)]]],
  [ORPHAN, [kept(ORPHAN)]],
]);

let pipeline: Pipeline;
let source: HostileSource;
let worker: RunningVerb;

beforeAll(async () => {
  pipeline = await openPipeline();
  source = await startHostileSource();
  worker = await pipeline.startWorker({
    AMP_EXPORT_URL: source.url,
    OUTPUTS: 'raw,events,parquet',
    LOG_LEVEL: 'debug',
  });
});

afterAll(async () => {
  await source.close();
  await pipeline.close();
});

function serve(window: HourWindow, members: readonly (readonly string[])[]): void {
  const archive = zipOf(members.map((lines) => ({ bytes: gzipLines(...lines) })));
  source.answer(window, (_request, response) =>
    members.length === 0 ? response.writeHead(404).end() : response.writeHead(200).end(archive),
  );
}

function run(verb: string, from: HourWindow, to: HourWindow, ...options: string[]): Promise<Ended> {
  return runVerb([verb, '--from', from, '--to', to, ...options], pipeline.env);
}

/** The query of the runbook on a copy of the bucket, for these texts. */
async function find(ids: readonly string[]): Promise<object[]> {
  const page = await readFile('docs/runbook.md', 'utf8');
  const [, query = ''] = /^```sql\n([^]*?)^```/m.exec(page) ?? [];
  const folder = await temporaryFolder();
  await copyBucket(pipeline.bucket, `${pipeline.prefix}/`, folder);
  const sql = query.replace(`'"user-4711"'`, ids.map((id) => `'${id}'`).join());
  return queryRows(sql.replaceAll('s3://my-bucket/', `${folder}/`));
}

/** The formats of the objects that hold a text of the erased user, each once. */
async function foldersWithErased(): Promise<string[]> {
  const objects = await unpackedObjects(pipeline.bucket, `${pipeline.prefix}/`);
  const found = [...objects].filter(([, text]) => IDS.some((id) => text.includes(id)));
  return [...new Set(found.map(([key]) => key.split('/')[1] ?? ''))].toSorted();
}

/** An object of an attempt that was killed, with a line of the erased user. */
async function leaveOrphan(): Promise<void> {
  const object = { format: 'events', index: 0 } as const;
  const Key = objectKey(pipeline.prefix, ORPHAN, object, '0123456789ab');
  const Body = gzipSync(`${erased(ORPHAN)}\n`);
  await pipeline.bucket.client.send(new PutObjectCommand({ Bucket: pipeline.bucket.name, Key, Body }));
}

it('hours with lines of a user are found, and land again without them', async () => {
  for (const [window, members] of BEFORE) serve(window, members);
  expect(await run('run', BOTH, ORPHAN)).toMatchObject({ code: 0 });
  await leaveOrphan();
  expect(await foldersWithErased()).toEqual(['events', 'parquet', 'raw', 'rejected']);
  expect(await find(IDS.slice(0, 1))).toMatchObject([
    { hour: BOTH, lines: 2n, amplitude_ids: IDS[1] },
    { hour: ONLY, lines: 1n, amplitude_ids: IDS[1] },
  ]);
  expect(await find(IDS)).toMatchObject([BOTH, ONLY, ANONYMOUS].map((hour) => ({ hour })));

  // Amplitude has deleted the user.
  for (const window of [BOTH, ANONYMOUS]) serve(window, [kept(window)]);
  serve(ONLY, []);
  const again = await run('run', BOTH, ANONYMOUS, '--reprocess');
  expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/T05: HourVanished/) as unknown });
  await pipeline.bucket.delete([manifestKey(pipeline.prefix, ONLY)]);
  expect(await run('run', ONLY, ONLY)).toMatchObject({ code: 0 });
  expect(await run('verify', BOTH, ORPHAN, '--repair')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/orphan/) as unknown,
  });

  expect(await find(IDS)).toEqual([]);
  expect(await foldersWithErased()).toEqual([]);
  const manifests = await new Ledger(pipeline.bucket, pipeline.prefix).read(WINDOWS);
  expect(WINDOWS.map((window) => manifests.get(window))).toMatchObject([
    { status: 'complete', revision: 2 },
    { status: 'empty', revision: 1 },
    { status: 'complete', revision: 2 },
    { status: 'complete', revision: 1 },
  ]);
  for (const manifest of manifests.values()) {
    const lines = manifest.window === ONLY ? [] : kept(manifest.window);
    const expected = lines.map((line) => Buffer.from(line).toString('latin1')).toSorted();
    expect(await landed(pipeline.bucket, manifest)).toEqual({ events: expected, rejected: [] });
  }
  expect(await run('verify', BOTH, ORPHAN, '--deep')).toMatchObject({ code: 0 });
  expect(await pipeline.workFiles()).toEqual([]);
});

it('neither the histories of the runs nor the log of the worker have a text of the user', async () => {
  const { out, err } = worker.soFar();
  const said = [out, err, asText(await historiesOf(pipeline))].join('\n');
  expect(said).toContain(BOTH);
  expect(IDS.filter((id) => said.includes(id))).toEqual([]);
});
