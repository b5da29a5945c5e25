import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { Bucket } from '../../bronze/bucket.ts';
import { hourFolder } from '../../bronze/keys.ts';
import { readLoggedRequests } from '../../bronze/logged-requests.ts';
import { OperationLog } from '../../bronze/operation-log.ts';
import { hoursOf, parseInterval } from '../../core/interval.ts';

const MEBIBYTE = 1024 * 1024;
const PAGE = 1000;

const interval = parseInterval({ start: '2026-01-01T00', end: '2026-03-25T07' });
const keys = hoursOf(interval).map((window) => `${hourFolder('some', 'logs', window)}run-upload-1.csv`);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The live heap, in MiB. */
function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / MEBIBYTE;
}

/** A log with 200 rows, some 30 kB. */
function logText(): string {
  const owner = { workflowId: 'w', runId: 'run', activity: 'upload', attempt: 1, round: 1, eventsListOf: '' };
  const log = new OperationLog(owner);
  for (let row = 0; row < 200; row += 1)
    log.add({ operation: 'put-object', item: `${keys[row]}-${Math.random()}`, bytes: 1, outcome: 'ok' });
  log.addRequests([{ operation: 'PutObject', requests: 200, bytes: 200 }]);
  return log.toString();
}

/** A storage in which each hour has such a log. */
function storage(): S3Client {
  const text = logText();
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof ListObjectsV2Command) {
      const { StartAfter = '' } = command.input;
      const Contents = keys.filter((key) => key > StartAfter).slice(0, PAGE);
      return { Contents: Contents.map((Key) => ({ Key, ETag: '"1"', Size: text.length })) };
    }
    if (!(command instanceof GetObjectCommand)) throw new Error('nothing else is asked of it');
    return { Body: Readable.from([Buffer.from(text)]) };
  };
  return { send } as unknown as S3Client;
}

it('keeps none of 2,000 logs in memory while it adds them up', async () => {
  const client = storage();
  const before = heap();
  let most = 0;
  const { logs, requests } = await readLoggedRequests(
    new Bucket(client, 'bucket'),
    'some',
    interval,
    (read) => {
      if (read % 500 === 0) most = Math.max(most, heap() - before);
    },
  );
  expect({ logs, put: requests.put }).toEqual({ logs: 2000, put: 2000 * 201 });
  // All of them are 60 MB; 50 are read at a time.
  expect(most).toBeLessThan(20);
});
