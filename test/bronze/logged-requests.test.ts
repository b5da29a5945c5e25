import { beforeEach, expect, it } from 'vitest';
import type { Bucket } from '../../bronze/bucket.ts';
import { readLoggedRequests, type LoggedRequests } from '../../bronze/logged-requests.ts';
import { OperationLog } from '../../bronze/operation-log.ts';
import { hourStartMs, hourWindowAt, HOUR_MS, parseHourWindow } from '../../core/hour-window.ts';
import { parseInterval } from '../../core/interval.ts';
import { FakeStore } from '../support/fake-store/fake-store.ts';
import { openFakeBucket } from '../support/fake-store/open-fake-bucket.ts';

const PREFIX = 'lake';
const FOLDER = `${PREFIX}/logs/dt=2026-01-01/hour=05/`;
const day = parseInterval({ start: '2026-01-01T00', end: '2026-01-01T23' });

let store: FakeStore;
let bucket: Bucket;

beforeEach(() => {
  store = new FakeStore();
  bucket = openFakeBucket(store);
});

/** Stores the log of an attempt that sent 2 PUTs of 10 bytes each, a GET and a DELETE. Returns its size. */
async function putLog(
  hour: string,
  attempt = 1,
  change = (log: OperationLog): void => void log,
): Promise<number> {
  const window = parseHourWindow(hour);
  const owner = { workflowId: 'w', runId: 'run', activity: 'extract', attempt, round: 1, window };
  const log = new OperationLog(owner);
  log.add({ operation: 'request', item: hour, outcome: 'ok', http_status: 200 });
  change(log);
  log.addRequests([
    { operation: 'PutObject', requests: 2, bytes: 20 },
    { operation: 'GetObject', requests: 1, bytes: 0 },
    { operation: 'DeleteObjects', requests: 1, bytes: 5 },
  ]);
  await log.store(bucket, PREFIX);
  return log.toString().length;
}

async function read(interval = day, onRead = (): void => undefined): Promise<LoggedRequests> {
  return readLoggedRequests(bucket, PREFIX, interval, onRead);
}

it('adds up the requests of all logs, and adds one for each log', async () => {
  const bytes = (await putLog('2026-01-01T00')) + (await putLog('2026-01-01T23'));
  expect(await read()).toEqual({
    requests: { put: 6, get: 2, delete: 2 },
    bytesSent: bytes + 50,
    sourceRequests: 2,
    logs: 2,
    logBytes: bytes,
    uncountedLogs: 0,
    unloggedAttempts: 0,
    unreadable: { count: 0, named: [] },
  });
});

it('reads the hours of the interval and no others', async () => {
  for (const hour of ['2025-12-31T23', '2026-01-01T00', '2026-01-01T05', '2026-01-01T23', '2026-01-02T00'])
    await putLog(hour);
  expect(await read()).toMatchObject({ logs: 3 });
  expect(await read(parseInterval({ start: '2026-01-01T05', end: '2026-01-01T05' }))).toMatchObject({
    logs: 1,
  });
  expect(await read(parseInterval({ start: '2020-01-01T00', end: '2030-01-01T00' }))).toMatchObject({
    logs: 5,
  });
});

it('sends a LIST for each week and a GET for each log', async () => {
  const first = parseHourWindow('2026-01-01T00');
  for (let hour = 0; hour < 400; hour += 10) await putLog(hourWindowAt(hourStartMs(first) + hour * HOUR_MS));
  const before = store.requests;
  const end = hourWindowAt(hourStartMs(first) + 399 * HOUR_MS);
  const progress: [number, number][] = [];
  const interval = { start: first, end };
  await readLoggedRequests(bucket, PREFIX, interval, (...done) => void progress.push(done));
  expect(store.requests - before).toBe(3 + 40);
  expect(progress.at(-1)).toEqual([40, 400]);
});

it('counts attempts without a log, however they ended', async () => {
  await putLog('2026-01-01T05', 3, (log) => {
    log.add({ operation: 'attempt', item: '1', outcome: 'killed' });
    log.add({ operation: 'attempt', item: '2', outcome: 'failed' });
  });
  expect(await read()).toMatchObject({ logs: 1, unloggedAttempts: 2 });
});

it('takes a log without the column for one of a version that did not count', async () => {
  await putLog('2026-01-01T05');
  const key = `${FOLDER}run-extract-1.csv`;
  const text = (await bucket.getText(key))?.text ?? '';
  const older = text
    .split('\n')
    .filter((line) => !line.includes(',s3-requests,'))
    .map((line) => line.replace(/,[^,]*$/, ''))
    .join('\n');
  await bucket.putText(key, older, 'text/csv');
  expect(await read()).toMatchObject({
    requests: { put: 1, get: 0, delete: 0 },
    sourceRequests: 1,
    uncountedLogs: 1,
    unreadable: { count: 0 },
  });
});

it('reads a log of a later version, with more columns', async () => {
  await putLog('2026-01-01T05');
  const key = `${FOLDER}run-extract-1.csv`;
  const lines = ((await bucket.getText(key))?.text ?? '').trimEnd().split('\n');
  const later = lines.map((line, place) => `${line},${place === 0 ? 'colour' : 'red'}`).join('\n');
  await bucket.putText(key, later, 'text/csv');
  expect(await read()).toMatchObject({ requests: { put: 3, get: 1, delete: 1 }, unreadable: { count: 0 } });
});

it('names objects that are no logs, with why, and counts the others', async () => {
  await putLog('2026-01-01T05');
  const { text = '' } = (await bucket.getText(`${FOLDER}run-extract-1.csv`)) ?? {};
  const objects = {
    [`${FOLDER}notes.txt`]: 'x',
    [`${FOLDER}deeper/run-extract-1.csv`]: text,
    [`${FOLDER}other-extract-1.csv`]: 'time\n',
    [`${FOLDER}other-extract-2.csv`]: '\0'.repeat(1_000_000),
    [`${FOLDER}other-extract-3.csv`]: `${text}2026-01-01T05:00:00.000Z,w`,
    [`${FOLDER}other-extract-4.csv`]: text.replace(/,2\n/, ',two\n'),
    [`${FOLDER}other-extract-5.csv`]: '\n',
  };
  for (const [key, content] of Object.entries(objects)) await bucket.putText(key, content, 'text/csv');
  const { unreadable, requests, logs } = await read();
  expect(unreadable.count).toBe(7);
  expect(unreadable.named).toEqual([
    `${FOLDER}deeper/run-extract-1.csv (it has not the name of a log)`,
    `${FOLDER}notes.txt (it has not the name of a log)`,
    `${FOLDER}other-extract-1.csv (it does not begin with the columns of an operation log)`,
    `${FOLDER}other-extract-2.csv (it does not begin with the columns of an operation log)`,
    `${FOLDER}other-extract-3.csv (a row is not whole)`,
  ]);
  // Storing each of the six that have the name of a log took a request; the rest is of the one that can be read.
  expect({ requests, logs }).toEqual({ requests: { put: 6 + 2, get: 1, delete: 1 }, logs: 6 });
});

it('counts nothing where there is no log', async () => {
  expect(await read()).toMatchObject({ logs: 0, requests: { put: 0, get: 0, delete: 0 } });
});
