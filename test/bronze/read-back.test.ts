import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { Bucket } from '../../bronze/bucket.ts';
import { readBack } from '../../bronze/read-back.ts';
import { gzipLines } from '../support/archives.ts';

const bytes = gzipLines('{"a":1}', '{"b":2}');
const output = {
  key: 'events/part-0000-00000000000f.json.gz',
  format: 'events',
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  crc64nvme: '',
  events: 2,
} as const;

/** A storage that answers GET after GET with these bodies; the last one stays. */
function answering(...bodies: (() => Readable)[]): Bucket {
  const send = async (): Promise<unknown> => ({ Body: (bodies.length > 1 ? bodies.shift() : bodies[0])?.() });
  return new Bucket({ send } as unknown as S3Client, 'lake');
}

/** A body that ends in an error after some of its bytes. */
function failing(message: string): () => Readable {
  return () =>
    Readable.from(
      (async function* () {
        yield bytes.subarray(0, 10);
        throw new Error(message);
      })(),
    );
}

const whole = (): Readable => Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]);

describe('reading an object back', () => {
  it('returns the sums of its lines', async () => {
    expect((await readBack(answering(whole), output)).sums?.lines).toBe(2);
  });

  it('does not take a cut connection for damage, and reads again', async () => {
    const cut = failing('aborted');
    expect((await readBack(answering(cut, cut, whole), output)).damage).toBeUndefined();
    await expect(readBack(answering(cut), output)).rejects.toMatchObject({ type: 'BucketUnavailable' });
  });

  it('takes bytes that are not those of the stored checksum for damage', async () => {
    const { damage } = await readBack(answering(failing('Checksum mismatch: expected "a"')), output);
    expect(damage).toMatch(/do not match the checksum that the storage keeps/);
  });

  it('reports missing bytes', async () => {
    const short = (): Readable => Readable.from([bytes.subarray(0, 20)]);
    const { damage } = await readBack(answering(short), output);
    expect(damage).toBe(`it has 20 bytes, not ${bytes.length}`);
  });

  it('reports an object that is gone', async () => {
    const gone = Object.assign(new Error('no'), { name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    const send = async (): Promise<never> => Promise.reject(gone);
    const { damage } = await readBack(new Bucket({ send } as unknown as S3Client, 'lake'), output);
    expect(damage).toBe('it is gone');
  });
});
