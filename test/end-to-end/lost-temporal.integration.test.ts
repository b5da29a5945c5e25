import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { objectKey } from '../../bronze/keys.ts';
import { Ledger } from '../../bronze/ledger.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { hoursOf, parseInterval } from '../../core/interval.ts';
import { startTemporalServer, type TemporalServer } from '../../local/temporal-server.ts';
import { gzipLines, zipOf } from '../support/archives.ts';
import { runVerb, type Ended, type RunningVerb } from '../support/command-line.ts';
import { startHostileSource, type HostileSource } from '../support/hostile-source.ts';
import { pipelineOn, type Pipeline } from '../support/pipeline.ts';
import { abandonUpload } from '../support/s3.ts';

/** Hours of two days: the backfill has a child workflow for each. */
const interval = parseInterval({ start: '2025-12-31T18', end: '2026-01-01T01' });
const hours = hoursOf(interval);
const range = ['--from', interval.start, '--to', interval.end];
/** The source does not answer the first request for these: they are in flight when the server is lost. */
const IN_FLIGHT = hours.slice(4, 6);
const LANDED = hours.slice(0, 4);
const NOT_BEGUN = hours.slice(6);

let folder: string;
let server: TemporalServer;
let pipeline: Pipeline;
let source: HostileSource;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amplitude-export-lost-'));
  server = await startServer('first');
  pipeline = await pipelineOn({ s3: inject('s3'), temporalAddress: server.address });
  source = await startHostileSource();
  for (const window of hours) source.answer(window, sendsLineOf(window));
  for (const window of IN_FLIGHT) source.answer(window, () => source.answer(window, sendsLineOf(window)));
});

afterEach(async () => {
  await source.close();
  await pipeline.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function sendsLineOf(window: HourWindow): RequestListener {
  const line = JSON.stringify({ uuid: window, server_upload_time: `${window.replace('T', ' ')}:00:00` });
  const archive = zipOf([{ bytes: gzipLines(line) }]);
  return (_request, response) => void response.writeHead(200).end(archive);
}

function startServer(name: string, ports?: TemporalServer['ports']): Promise<TemporalServer> {
  return startTemporalServer({ dataDir: join(folder, name), report: console.log, ...(ports && { ports }) });
}

function startWorker(): Promise<RunningVerb> {
  return pipeline.startWorker({ AMP_EXPORT_URL: source.url, HOURS_PER_WORKER: '2' });
}

function run(verb: string, ...args: string[]): Promise<Ended> {
  return runVerb([...verb.split(' '), ...args], pipeline.env);
}

/** The landed hours with the ETags of their manifests. */
async function landed(): Promise<[window: HourWindow, etag: string][]> {
  const manifests = await new Ledger(pipeline.bucket, pipeline.prefix).list(interval);
  return [...manifests].map(([window, { etag }]) => [window, etag]);
}

const requests = (windows: readonly HourWindow[]): number[] => windows.map((window) => source.asked(window));

/** What an upload that was cut off leaves: an object that no manifest names, and an upload without an end. */
async function leaveOrphans(window: HourWindow): Promise<void> {
  const keyOf = (format: 'raw' | 'events'): string =>
    objectKey(pipeline.prefix, window, { format, index: 0 }, '0123456789ab');
  await pipeline.bucket.putText(keyOf('raw'), 'cut off', 'application/zip');
  await abandonUpload(pipeline.bucket, keyOf('events'));
}

/** Ends the server, and removes its database. A new, empty server has the same address. */
async function loseServer(): Promise<void> {
  const { ports } = server;
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
  await rm(join(folder, 'first'), { recursive: true, force: true });
  server = await startServer('second', ports);
}

it.each([
  ['server and its worker', true],
  ['server alone', false],
])('after the loss of the %s, only hours that have not landed are asked for', async (_, isWorkerLost) => {
  const worker = await startWorker();
  const backfill = ['backfill', ...range, '--concurrency', '2'] as const;
  expect(await run('setup')).toMatchObject({ code: 0 });
  expect(await run('schedule create')).toMatchObject({ code: 0 });
  expect(await run(...backfill, '--detach')).toMatchObject({ code: 0 });
  await expect.poll(() => requests(IN_FLIGHT), { timeout: 60_000 }).toEqual([1, 1]);
  await expect.poll(landed, { timeout: 60_000 }).toHaveLength(4);
  const before = await landed();
  for (const window of IN_FLIGHT) await leaveOrphans(window);

  if (isWorkerLost) worker.child.kill('SIGKILL');
  await loseServer();
  expect(await run('schedule describe')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/there is no schedule/) as unknown,
  });
  expect(await run('setup')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/search attributes: made /) as unknown,
  });
  if (isWorkerLost) await startWorker();
  expect(await run('schedule create')).toMatchObject({ code: 0 });
  expect(await run(...backfill)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/: 4 of 4 hours landed .*, 4 already landed\n/) as unknown,
  });

  expect(requests(LANDED)).toEqual([1, 1, 1, 1]);
  expect(requests(IN_FLIGHT)).toEqual([2, 2]);
  expect(requests(NOT_BEGUN)).toEqual([1, 1]);
  expect((await landed()).slice(0, LANDED.length)).toEqual(before);
  expect(await run('verify', ...range, '--deep')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^8 hours: 8 landed.*\nno problems\n$/) as unknown,
  });
  expect(await pipeline.workFiles()).toEqual([]);
});
