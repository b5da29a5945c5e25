import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { Bucket } from '../../bronze/bucket.ts';
import { manifestKey } from '../../bronze/keys.ts';
import { Ledger } from '../../bronze/ledger.ts';
import type { ManifestMember } from '../../bronze/manifest.ts';
import { hoursOf, parseInterval } from '../../core/interval.ts';
import { manifestOf } from '../support/manifests.ts';

const MEBIBYTE = 1024 * 1024;
const PAGE = 1000;

const interval = parseInterval({ start: '2026-01-01T00', end: '2026-03-25T07' });
const windows = hoursOf(interval);
const keys = windows.map((window) => manifestKey('some', window));

const member: ManifestMember = {
  name: '7/7_2026-01-01_5#0.json.gz',
  bytes: 1,
  crc32: 1,
  events: 1,
  rejected: 0,
  digest: 'x',
};
const members = Array.from({ length: 400 }, () => member);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The live heap, in MiB. */
function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / MEBIBYTE;
}

/** A storage that makes each manifest when it is requested; every tenth hour has rejected lines. */
function storage(onRead: (read: number) => void): S3Client {
  let read = 0;
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof ListObjectsV2Command) {
      const start = Number(command.input.ContinuationToken ?? 0);
      const Contents = keys.slice(start, start + PAGE).map((Key) => ({ Key, ETag: '"1"', Size: 1 }));
      const end = start + PAGE;
      return { Contents, IsTruncated: end < keys.length, NextContinuationToken: String(end) };
    }
    if (!(command instanceof GetObjectCommand)) throw new Error('nothing else is asked of it');
    const index = keys.indexOf(command.input.Key ?? '');
    const window = windows[index] ?? '';
    const text = JSON.stringify(manifestOf(window, { members, rejected: index % 10 === 0 ? 1 : 0 }));
    onRead((read += 1));
    return { Body: { transformToString: async () => text }, ETag: '"1"' };
  };
  return { send } as unknown as S3Client;
}

it('keeps none of 2,000 manifests in memory while it searches for rejected lines', async () => {
  const before = heap();
  let most = 0;
  const client = storage((read) => {
    if (read % 500 === 0) most = Math.max(most, heap() - before);
  });
  const { hours, landed } = await new Ledger(new Bucket(client, 'bucket'), 'some').select(
    interval,
    'rejected',
    [],
  );
  expect({ hours: hours.length, landed }).toEqual({ hours: 200, landed: 1800 });
  // 50 requests are in progress at most, with 40 kB each.
  expect(most).toBeLessThan(20);
});
