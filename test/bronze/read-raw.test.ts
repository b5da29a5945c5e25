import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Bucket } from '../../bronze/bucket.ts';
import { readRaw, type ReadRaw } from '../../bronze/read-raw.ts';
import { ChecksumMeter } from '../../core/checksum.ts';

const bytes = Buffer.from('an archive as it landed');
const checksums = checksumsOf(bytes);
const raw = { key: 'raw/export-00000000000f.zip', format: 'raw', events: 0, ...checksums } as const;

let folder: string;
let path: string;
let reads = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-raw-test-'));
});

beforeEach(() => {
  reads += 1;
  path = join(folder, `${reads}.zip`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function checksumsOf(content: Buffer) {
  const meter = new ChecksumMeter();
  meter.update(content);
  return meter.finish();
}

/** Reads the archive from a storage that answers with this body. */
async function read(
  body: () => Readable,
  onBytes: (bytes: number) => void = () => undefined,
  signal = new AbortController().signal,
): Promise<ReadRaw> {
  const send = async (): Promise<unknown> => ({ Body: body() });
  return readRaw(new Bucket({ send } as unknown as S3Client, 'lake'), raw, path, onBytes, signal);
}

const sending =
  (...chunks: Buffer[]) =>
  (): Readable =>
    Readable.from(chunks);

/** A body that ends in an error after some of its bytes. */
const failing = (message: string) => (): Readable =>
  Readable.from(
    (async function* () {
      yield bytes.subarray(0, 10);
      throw new Error(message);
    })(),
  );

async function isWritten(): Promise<boolean> {
  return (await readdir(folder)).includes(`${reads}.zip`);
}

describe('reading a raw archive', () => {
  it('writes it to the file, counts its bytes and returns its checksums', async () => {
    const counted: number[] = [];
    const body = sending(bytes.subarray(0, 7), bytes.subarray(7));
    expect(await read(body, (count) => counted.push(count))).toEqual({ archive: checksums });
    expect(counted).toEqual([7, bytes.length]);
    expect(await readFile(path)).toEqual(bytes);
  });

  it.each([
    ['missing bytes', sending(bytes.subarray(1)), `it has ${bytes.length - 1} bytes, not ${bytes.length}`],
    ['too many bytes', sending(bytes, Buffer.from('!')), `it has more than ${bytes.length} bytes`],
    ['other bytes', sending(Buffer.alloc(bytes.length)), 'its SHA-256 is not that of the landed object'],
    [
      'bytes with another checksum',
      failing('Checksum mismatch: expected "a"'),
      'its bytes do not match the checksum that the storage keeps',
    ],
  ])('names the damage of %s, and leaves no file of its name', async (_, body, damage) => {
    expect(await read(body)).toEqual({ damage });
    expect(await isWritten()).toBe(false);
  });

  it('reads it once more before it calls it damaged', async () => {
    const answers = [sending(Buffer.alloc(bytes.length)), sending(bytes)];
    expect(await read(() => answers.shift()?.() ?? Readable.from([]))).toEqual({ archive: checksums });
    expect(await readFile(path)).toEqual(bytes);
  });

  it('reads no further than one byte too many', async () => {
    let sent = 0;
    const endless = (): Readable =>
      Readable.from(
        (async function* () {
          for (; sent < 1_000_000; sent += 1) yield bytes;
        })(),
      );
    expect(await read(endless)).toEqual({ damage: `it has more than ${bytes.length} bytes` });
    expect(sent).toBeLessThan(100);
  });

  it('says when it is gone', async () => {
    const gone = Object.assign(new Error('no'), { name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    expect(
      await read(() => {
        throw gone;
      }),
    ).toEqual({ damage: 'it is gone' });
  });

  it('does not take a cut connection for damage', async () => {
    await expect(read(failing('aborted'))).rejects.toMatchObject({ type: 'BucketUnavailable' });
    expect(await isWritten()).toBe(false);
  });

  it('ends with the reason of the signal', async () => {
    const reason = new Error('cancelled');
    const cancelled = new AbortController();
    const body = sending(bytes.subarray(0, 7), bytes.subarray(7));
    await expect(read(body, () => cancelled.abort(reason), cancelled.signal)).rejects.toBe(reason);
    expect(await isWritten()).toBe(false);
  });
});
