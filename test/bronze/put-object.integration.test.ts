import { createHash, randomBytes } from 'node:crypto';
import { readdir, readlink, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Bucket } from '../../bronze/bucket.ts';
import { putObject, type ObjectSource } from '../../bronze/put-object.ts';
import { checksumFile, ChecksumMeter } from '../../core/checksum.ts';
import { connectS3, makeBucket, readObject, temporaryFolder } from '../support/s3.ts';

const folder = await temporaryFolder();
const LARGE_BYTES = 70 * 1024 * 1024;
let bucket: Bucket;
let files = 0;

beforeAll(async () => {
  bucket = await makeBucket();
});

async function fileOf(content: Buffer | string): Promise<string> {
  files += 1;
  const file = join(folder, `file-${files}`);
  await writeFile(file, content);
  return file;
}

async function sourceOf(content: Buffer | string): Promise<ObjectSource> {
  const file = await fileOf(content);
  return { file, start: 0, ...(await checksumFile(file)) };
}

/** The work files that this process has open. */
async function openFiles(): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd');
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(folder));
}

describe('an object', () => {
  it('holds the bytes of the file', async () => {
    await putObject(bucket, 'whole', await sourceOf('content'));
    expect(Buffer.from(await readObject(bucket, 'whole')).toString()).toBe('content');
  });

  it('holds a range of the file when a range is given', async () => {
    const meter = new ChecksumMeter();
    meter.update(Buffer.from('range'));
    const source = { file: await fileOf('before range after'), start: 7, ...meter.finish() };
    await putObject(bucket, 'range', source);
    expect(Buffer.from(await readObject(bucket, 'range')).toString()).toBe('range');
  });

  it('may be empty', async () => {
    await putObject(bucket, 'empty', await sourceOf(''));
    expect(await readObject(bucket, 'empty')).toHaveLength(0);
  });

  it('is uploaded in parts when it is large, and checked as a whole', async () => {
    const content = randomBytes(LARGE_BYTES);
    await putObject(bucket, 'large', await sourceOf(content));
    const stored = createHash('sha256')
      .update(await readObject(bucket, 'large'))
      .digest('hex');
    expect(stored).toBe(createHash('sha256').update(content).digest('hex'));
    expect(await bucket.listUploads('large')).toEqual([]);
  });

  it('leaves no file open', async () => {
    expect(await openFiles()).toEqual([]);
  });
});

describe('bytes that are not those of the checksum', () => {
  const wrong = 'AAAAAAAAAAA=';

  it('are refused by the storage', async () => {
    const source = { ...(await sourceOf('content')), crc64nvme: wrong };
    await expect(putObject(bucket, 'wrong', source)).rejects.toMatchObject({ type: 'ChecksumMismatch' });
    expect(await bucket.list('wrong')).toEqual([]);
  });

  it('are found when they were uploaded in parts', async () => {
    const source = { ...(await sourceOf(Buffer.alloc(LARGE_BYTES, 1))), crc64nvme: wrong };
    await expect(putObject(bucket, 'wrong-large', source)).rejects.toMatchObject({
      type: 'ChecksumMismatch',
    });
    expect(await bucket.listUploads('wrong-large')).toEqual([]);
  });
});

describe('a work file that cannot be read', () => {
  it('is an error of the file system when it is gone', async () => {
    const source = await sourceOf('content');
    await rm(source.file);
    await expect(putObject(bucket, 'gone', source)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is lost when it is shorter than it was', async () => {
    const source = await sourceOf('content');
    await truncate(source.file, 3);
    await expect(putObject(bucket, 'short', source)).rejects.toMatchObject({ type: 'WorkFilesLost' });
  });
});

describe('an upload that does not succeed', () => {
  it('is tried three times when the storage has trouble, and leaves no file open', async () => {
    const client = connectS3({ maxAttempts: 1 });
    let requests = 0;
    client.middlewareStack.add(
      () => async () => {
        requests += 1;
        throw Object.assign(new Error('slow down'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
      },
      { step: 'finalizeRequest' },
    );
    const troubled = new Bucket(client, bucket.name);
    await expect(putObject(troubled, 'trouble', await sourceOf('content'))).rejects.toMatchObject({
      type: 'BucketUnavailable',
    });
    expect(requests).toBe(3);
    expect(await openFiles()).toEqual([]);
  });

  it.each([
    ['whole', 1000],
    ['in parts', LARGE_BYTES],
  ])('%s, because it was aborted, leaves nothing in progress', async (_, bytes) => {
    const aborter = new AbortController();
    const client = connectS3();
    client.middlewareStack.add(
      (next) => async (request) => {
        aborter.abort(new Error('enough'));
        return next(request);
      },
      { step: 'finalizeRequest' },
    );
    const source = await sourceOf(Buffer.alloc(bytes, 7));
    await expect(
      putObject(new Bucket(client, bucket.name).until(aborter.signal), 'aborted', source),
    ).rejects.toThrow(/enough|abort/i);
    expect(await openFiles()).toEqual([]);
    expect(await bucket.list('aborted')).toEqual([]);
  });
});
