import type { S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { Bucket } from '../../bronze/bucket.ts';
import { freePorts } from '../../local/free-ports.ts';
import { abandonUpload, connectS3, makeBucket } from '../support/s3.ts';

let bucket: Bucket;

beforeAll(async () => {
  bucket = await makeBucket();
});

/** A bucket whose storage returns these answers, one after another; it throws those that are errors. */
function scripted(...answers: unknown[]): { readonly bucket: Bucket; readonly inputs: unknown[] } {
  const inputs: unknown[] = [];
  const send = async (command: { readonly input: unknown }): Promise<unknown> => {
    inputs.push(command.input);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { bucket: new Bucket({ send } as unknown as S3Client, 'lake'), inputs };
}

function refusal(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } });
}

describe('a conditional PUT', () => {
  it('has one winner when several make the first object at the same time', async () => {
    const puts = Array.from({ length: 10 }, (_, index) =>
      bucket.putJsonIf('first', String(index), undefined),
    );
    const outcomes = await Promise.all(puts);
    expect(outcomes.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
    const winner = outcomes.findIndex(({ kind }) => kind === 'stored');
    expect(await bucket.getText('first')).toMatchObject({ text: String(winner) });
  });

  it('has one winner when several replace the same object at the same time', async () => {
    await bucket.putText('base', 'base', 'application/json');
    const base = await bucket.getText('base');
    const puts = Array.from({ length: 10 }, (_, index) =>
      bucket.putJsonIf('base', String(index), base?.etag),
    );
    const outcomes = await Promise.all(puts);
    expect(outcomes.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
    const winner = outcomes.findIndex(({ kind }) => kind === 'stored');
    expect(await bucket.getText('base')).toMatchObject({ text: String(winner) });
  });

  it.each([
    { what: 'another one is in progress', answer: refusal('ConditionalRequestConflict', 409), etag: '"1"' },
    { what: 'the storage has trouble', answer: refusal('InternalError', 500), etag: undefined },
    { what: 'the connection is cut', answer: new Error('socket hang up'), etag: '"1"' },
  ])('is of unknown outcome when $what', async ({ answer, etag }) => {
    expect(await scripted(answer).bucket.putJsonIf('key', '1', etag)).toMatchObject({ kind: 'unknown' });
  });

  it('has an unknown outcome when there is no answer', async () => {
    const [port] = await freePorts(1);
    const client = connectS3({ endpoint: `http://127.0.0.1:${port}`, maxAttempts: 1 });
    expect(await new Bucket(client, 'lake').putJsonIf('key', '1', undefined)).toMatchObject({
      kind: 'unknown',
      error: { type: 'BucketUnavailable' },
    });
  });

  it.each([
    { name: 'NoSuchBucket', status: 404, type: 'BucketMissing' },
    { name: 'AccessDenied', status: 403, type: 'BucketDenied' },
  ])('fails as $type when the storage says $name', async ({ name, status, type }) => {
    const put = scripted(refusal(name, status)).bucket.putJsonIf('key', '1', '"1"');
    await expect(put).rejects.toMatchObject({ type });
  });
});

describe('a listing', () => {
  it('returns every object below a folder with its size, and no other', async () => {
    await bucket.putText('list/hour=1/a', 'four', 'text/plain');
    await bucket.putText('list/hour=1/b/c', '', 'text/plain');
    await bucket.putText('list/hour=10/a', 'x', 'text/plain');
    expect(await bucket.list('list/hour=1/')).toMatchObject([
      { key: 'list/hour=1/a', bytes: 4 },
      { key: 'list/hour=1/b/c', bytes: 0 },
    ]);
    expect(await bucket.list('list/hour=2/')).toEqual([]);
  });

  it('of folders returns those directly below a folder, each once', async () => {
    for (const key of ['a=1/x', 'a=1/y', 'a=2/b/x', 'file']) {
      await bucket.putText(`folders/${key}`, 'x', 'text/plain');
    }
    await bucket.putText('folders-beside/a=3/x', 'x', 'text/plain');
    expect(await bucket.listFolders('folders/')).toEqual(['folders/a=1/', 'folders/a=2/']);
    expect(await bucket.listFolders('no-folders/')).toEqual([]);
  });

  it('of folders continues where the last page ended', async () => {
    const { bucket: paged, inputs } = scripted(
      { IsTruncated: true, NextContinuationToken: '1', CommonPrefixes: [{ Prefix: 'f/a/' }] },
      { CommonPrefixes: [{ Prefix: 'f/b/' }] },
    );
    expect(await paged.listFolders('f/')).toEqual(['f/a/', 'f/b/']);
    const request = { Bucket: 'lake', Prefix: 'f/', Delimiter: '/' };
    expect(inputs).toEqual([request, { ...request, ContinuationToken: '1' }]);
  });

  it.each(['list', 'listFolders'] as const)('by %s fails as BucketMissing without a bucket', async (list) => {
    const { bucket: missing } = scripted(refusal('NoSuchBucket', 404));
    await expect(missing[list]('f/')).rejects.toMatchObject({ type: 'BucketMissing' });
  });

  it('returns every unfinished upload below a folder, also several of one key', async () => {
    const keys = ['uploads/hour=1/a', 'uploads/hour=1/a', 'uploads/hour=1/b', 'uploads/hour=10/a'];
    for (const key of keys) await abandonUpload(bucket, key);
    const uploads = await bucket.listUploads('uploads/hour=1/');
    expect(uploads.map(({ key }) => key).sort()).toEqual(keys.slice(0, 3));
    expect(new Set(uploads.map(({ uploadId }) => uploadId)).size).toBe(3);
  });

  it('of uploads continues where the last page ended', async () => {
    const page = { IsTruncated: true, NextKeyMarker: 'a', NextUploadIdMarker: '1' };
    const { bucket: paged, inputs } = scripted(
      { ...page, Uploads: [{ Key: 'a', UploadId: '1' }] },
      { Uploads: [{ Key: 'b', UploadId: '2' }] },
    );
    expect(await paged.listUploads('')).toEqual([
      { key: 'a', uploadId: '1' },
      { key: 'b', uploadId: '2' },
    ]);
    expect(inputs).toEqual([
      { Bucket: 'lake', Prefix: '' },
      { Bucket: 'lake', Prefix: '', KeyMarker: 'a', UploadIdMarker: '1' },
    ]);
  });
});

describe('removing', () => {
  it('ignores an object that is already gone', async () => {
    await bucket.putText('removed', 'x', 'text/plain');
    await bucket.delete(['removed', 'never there']);
    await bucket.delete(['removed']);
    expect(await bucket.getText('removed')).toBeUndefined();
  });

  it('ignores an upload that is already gone', async () => {
    await abandonUpload(bucket, 'aborted');
    const uploads = await bucket.listUploads('aborted');
    for (const upload of [...uploads, ...uploads]) await bucket.abortUpload(upload);
    expect(await bucket.listUploads('aborted')).toEqual([]);
  });

  it('sends nothing when there is nothing to remove', async () => {
    const { bucket: idle, inputs } = scripted();
    await idle.delete([]);
    expect(inputs).toEqual([]);
  });

  it.each([
    { code: 'InternalError', type: 'BucketUnavailable', message: /could not delete key \(InternalError\)/ },
    { code: 'AccessDenied', type: 'BucketDenied', message: /s3:DeleteObject/ },
  ])('fails as $type when the storage keeps one of the objects: $code', async ({ code, type, message }) => {
    const { bucket: keeping } = scripted({ Errors: [{ Key: 'key', Code: code }] });
    await expect(keeping.delete(['key'])).rejects.toMatchObject({
      type,
      message: expect.stringMatching(message) as unknown,
    });
  });
});

describe('a signal', () => {
  it('ends the requests of its own bucket only', async () => {
    const ended = bucket.until(AbortSignal.abort());
    await expect(ended.list('')).rejects.toMatchObject({ name: 'AbortError' });
    await expect(ended.putJsonIf('signal', '1', undefined)).rejects.toMatchObject({ name: 'AbortError' });
    expect(await bucket.getText('signal')).toBeUndefined();
  });
});
