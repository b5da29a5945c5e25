import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Bucket } from '../../bronze/bucket.ts';
import type { Commit } from '../../bronze/commit.ts';
import { commitHour } from '../../bronze/commit-hour.ts';
import type { HourDraft } from '../../bronze/hour-draft.ts';
import type { StorageObserver } from '../../bronze/manifest-store.ts';
import { objectKey } from '../../bronze/keys.ts';
import type { Manifest } from '../../bronze/manifest.ts';
import { removeOrphans } from '../../bronze/remove-orphans.ts';
import {
  abandonUpload,
  connectS3Through,
  draftOf,
  fetchedAt,
  makeBucket,
  readObject,
  temporaryFolder,
  TestHour,
  textOf,
  WINDOW,
  type Landing,
} from '../support/s3.ts';

const folder = await temporaryFolder();
let bucket: Bucket;
let hours = 0;

beforeAll(async () => {
  bucket = await makeBucket();
});

/** An hour of its own for a test, and the names of the operations of its store. */
function freshHour(observe?: StorageObserver): TestHour & { readonly operations: string[] } {
  hours += 1;
  const operations: string[] = [];
  const hour = new TestHour(bucket, `hour-${hours}`, async (operation, run) => {
    operations.push(operation.name);
    return observe === undefined ? run() : observe(operation, run);
  });
  return Object.assign(hour, { operations });
}

/** Makes some of the operations fail, each time. */
function failing(...names: readonly string[]): StorageObserver {
  return async (operation, run) => {
    if (names.includes(operation.name)) throw new Error(`no ${operation.name}`);
    return run();
  };
}

async function land(hour: TestHour, what: Landing): Promise<Commit<Manifest>> {
  return commitHour(hour.store, await draftOf(folder, what));
}

/** The same hour, with a checksum that is not that of its events: the storage refuses them. */
function withBrokenEvents(draft: HourDraft): HourDraft {
  const objects = draft.objects.map((object) =>
    object.format === 'events' ? { ...object, crc64nvme: 'AAAAAAAAAAA=' } : object,
  );
  return { ...draft, objects };
}

/** The orphans of a killed attempt: an object and an upload. */
async function leaveBehind(hour: TestHour): Promise<void> {
  const keyOf = (attemptId: string): string =>
    objectKey(hour.prefix, WINDOW, { format: 'raw', index: 0 }, `${attemptId}0000000000f`);
  await bucket.putText(keyOf('1'), 'left behind', 'application/zip');
  await abandonUpload(bucket, keyOf('2'));
}

describe('the first attempt on an hour', () => {
  it('lands its objects, then a manifest that names them', async () => {
    const hour = freshHour();
    const { outcome, manifest } = await land(hour, { lines: 'x', at: 1 });

    expect(outcome).toBe('landed');
    expect(manifest).toMatchObject({
      version: 1,
      window: WINDOW,
      status: 'complete',
      revision: 1,
      epoch: 0,
      eventsBefore: null,
      digest: 'x',
      events: 1,
      rejected: 0,
      source: { fetchedAt: fetchedAt(1) },
      superseded: [],
      producer: 'test/1',
    });
    expect(manifest.outputs.map(({ format, events }) => [format, events])).toEqual([
      ['raw', 0],
      ['events', 1],
    ]);
    expect(await hour.manifest()).toEqual(manifest);
    expect(await hour.problems()).toEqual([]);
    expect(hour.operations.indexOf('put-manifest')).toBeGreaterThan(
      hour.operations.lastIndexOf('put-object'),
    );
  });

  it('puts its attempt id into every key', async () => {
    const { manifest } = await land(freshHour(), { lines: 'x', at: 1 });
    expect(manifest.attemptId).toMatch(/^[0-9a-f]{12}$/);
    expect(manifest.outputs.filter(({ key }) => !key.includes(manifest.attemptId))).toEqual([]);
  });

  it('lands an hour without lines as empty: a manifest and no object', async () => {
    const hour = freshHour();
    const { manifest } = await land(hour, { lines: 'none', at: 1, formats: [], events: 0 });
    expect(manifest).toMatchObject({ status: 'empty', outputs: [] });
    expect(await hour.keys()).toEqual([]);
  });

  it('removes the orphans of earlier, killed attempts', async () => {
    const hour = freshHour();
    await leaveBehind(hour);
    const { manifest } = await land(hour, { lines: 'x', at: 1 });
    const { superseded, ...cleared } = { ...(await hour.manifest()) };
    expect(superseded).toHaveLength(2);
    expect(cleared).toMatchObject({ epoch: 1, revision: 1, outputs: manifest.outputs });
    expect(await hour.problems()).toEqual([]);
  });
});

describe('the first attempt on an hour, beside one that is killed', () => {
  it('removes what the other stores until the manifest is there', async () => {
    const hour = freshHour(async ({ name }, run) => {
      if (name === 'put-manifest' && (await hour.manifest()) === undefined) await leaveBehind(hour);
      return run();
    });
    await land(hour, { lines: 'x', at: 1 });
    expect(await hour.manifest()).toMatchObject({ revision: 1, epoch: 1 });
    expect(await hour.problems()).toEqual([]);
  });
});

describe('an attempt with the lines that the hour already has', () => {
  it('stores nothing and leaves the manifest as it is, even with newer data', async () => {
    const hour = freshHour();
    const first = await land(hour, { lines: 'x', at: 1 });
    hour.operations.length = 0;

    const again = await land(hour, { lines: 'x', at: 2 });
    expect(again).toEqual({ outcome: 'unchanged', manifest: first.manifest });
    expect(hour.operations).toEqual(['get-manifest', 'list']);
  });

  it('does the same when the hour has more formats than are wanted now', async () => {
    const hour = freshHour();
    await land(hour, { lines: 'x', at: 1, formats: ['raw', 'events'] });
    expect(await land(hour, { lines: 'x', at: 2, formats: ['events'] })).toMatchObject({
      outcome: 'unchanged',
    });
  });

  it('lands the hour again when a wanted format is missing, which changes no line', async () => {
    const hour = freshHour();
    await land(hour, { lines: 'x', at: 1, formats: ['events'] });
    const { outcome, manifest } = await land(hour, { lines: 'x', at: 2, formats: ['raw', 'events'] });
    expect(outcome).toBe('landed');
    expect(manifest).toMatchObject({ revision: 2, eventsBefore: null });
    expect(await hour.problems()).toEqual([]);
  });

  it('names the bad values of a Parquet file', async () => {
    const hour = freshHour();
    const draft = await draftOf(folder, { lines: 'x', at: 1, formats: ['events', 'parquet'] });
    const objects = draft.objects.map((object) =>
      object.format === 'parquet' ? { ...object, badValues: { paying: 3 } } : object,
    );
    const { manifest } = await commitHour(hour.store, { ...draft, objects });
    expect(manifest.outputs).toMatchObject([
      { format: 'events' },
      { key: expect.stringMatching(/\/parquet\/.*\.parquet$/) as unknown, badValues: { paying: 3 } },
    ]);
    expect(await hour.problems()).toEqual([]);
  });

  it('lands the hour again when another MAX_LINE_BYTES turns rejected lines into events', async () => {
    const hour = freshHour();
    await land(hour, { lines: 'x', at: 1, events: 1, rejected: 1 });
    const { outcome, manifest } = await land(hour, { lines: 'x', at: 2, events: 2, rejected: 0 });
    expect({ outcome, events: manifest.events }).toEqual({ outcome: 'landed', events: 2 });
  });

  it.each([
    { damage: 'has gone', damaged: async (key: string) => bucket.delete([key]) },
    { damage: 'has another size', damaged: async (key: string) => bucket.putText(key, '!', 'text/plain') },
  ])('lands the hour again when an object $damage', async ({ damaged }) => {
    const hour = freshHour();
    const { manifest } = await land(hour, { lines: 'x', at: 1 });
    await Promise.all(manifest.outputs.slice(0, 1).map(async ({ key }) => damaged(key)));
    expect(await hour.problems()).toHaveLength(1);

    expect(await land(hour, { lines: 'x', at: 2 })).toMatchObject({ outcome: 'landed' });
    expect(await hour.problems()).toEqual([]);
  });

  it('removes the orphans of killed attempts after an epoch that makes those attempts lose', async () => {
    const hour = freshHour();
    const { manifest: first } = await land(hour, { lines: 'x', at: 1 });
    await leaveBehind(hour);
    const { outcome, manifest } = await land(hour, { lines: 'x', at: 2 });
    expect(outcome).toBe('unchanged');
    expect(manifest).toMatchObject({
      revision: 1,
      epoch: 1,
      attemptId: first.attemptId,
      outputs: first.outputs,
    });
    expect(await hour.problems()).toEqual([]);
  });
});

describe('an attempt with other lines', () => {
  it('replaces an hour with older data, and its objects', async () => {
    const hour = freshHour();
    const { manifest: first } = await land(hour, { lines: 'x', at: 1, events: 7 });
    const { outcome, manifest } = await land(hour, { lines: 'y', at: 2 });
    expect(outcome).toBe('landed');
    expect(manifest).toMatchObject({ revision: 2, digest: 'y', eventsBefore: 7 });
    expect(manifest.superseded.map(({ key }) => key).sort()).toEqual(
      first.outputs.map(({ key }) => key).sort(),
    );
    expect(await hour.problems()).toEqual([]);
  });

  it('replaces an hour with data that was fetched at the same time', async () => {
    const hour = freshHour();
    await land(hour, { lines: 'x', at: 1 });
    expect(await land(hour, { lines: 'y', at: 1 })).toMatchObject({ outcome: 'landed' });
  });

  it('leaves newer data in place', async () => {
    const hour = freshHour();
    const { manifest: newer } = await land(hour, { lines: 'x', at: 2 });
    const late = await land(hour, { lines: 'y', at: 1 });
    expect(late).toEqual({ outcome: 'outdated', manifest: newer });
    expect(await hour.problems()).toEqual([]);
  });

  it('loses against an attempt that lands during its upload, and starts again', async () => {
    const rival = freshHour();
    let isRivalDue = true;
    const hour = new TestHour(bucket, rival.prefix, async (operation, run) => {
      if (operation.name === 'put-manifest' && isRivalDue) {
        isRivalDue = false;
        await land(rival, { lines: 'y', at: 2 });
      }
      return run();
    });
    expect(await land(hour, { lines: 'x', at: 1 })).toMatchObject({
      outcome: 'outdated',
      manifest: { digest: 'y' },
    });
    expect(await hour.problems()).toEqual([]);
  });

  it('gives up when others win every time, and its activity retries later', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const rival = freshHour();
    let rivals = 0;
    const hour = new TestHour(bucket, rival.prefix, async (operation, run) => {
      if (operation.name === 'put-manifest') {
        rivals += 1;
        await land(rival, { lines: `rival ${rivals}`, at: 1 });
      }
      return run();
    });
    await expect(land(hour, { lines: 'x', at: 1 })).rejects.toMatchObject({
      type: 'CommitContended',
      message: 'other attempts on 2026-01-01T05 won 8 times in a row',
    });
    expect(rivals).toBe(8);
    expect(await hour.manifest()).toMatchObject({ digest: 'rival 8', revision: 8 });
    expect(await hour.problems()).toEqual([]);
    vi.restoreAllMocks();
  });
});

describe('an attempt whose manifest the storage refuses', () => {
  it('fails with the error of the storage, and does not upload the hour again and again', async () => {
    const slowDown = Object.assign(new Error('no'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
    const client = connectS3Through(async ({ name, key }, send) => {
      if (name === 'PutObjectCommand' && key.includes('/manifests/')) throw slowDown;
      return send();
    });
    const { prefix } = freshHour();
    const operations: string[] = [];
    const hour = new TestHour(new Bucket(client, bucket.name), prefix, async (operation, run, measure) => {
      const result = await run();
      operations.push(`${operation.name} ${measure?.(result).detail ?? 'ok'}`);
      return result;
    });
    await expect(land(hour, { lines: 'x', at: 1 })).rejects.toMatchObject({
      type: 'BucketUnavailable',
      message: expect.stringContaining('SlowDown, 503'),
      httpStatus: 503,
    });
    expect(operations.filter((operation) => operation.startsWith('put-object'))).toHaveLength(2);
    const manifests = operations.filter((operation) => operation.startsWith('put-manifest'));
    expect(manifests).toEqual(Array(2).fill(expect.stringContaining('SlowDown, 503')));
  });

  it('says so when it is refused as changed but has not changed, and reports no other attempts', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const changed = Object.assign(new Error('no'), {
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    let puts = 0;
    const client = connectS3Through(async ({ name, key }, send) => {
      if (name === 'PutObjectCommand') puts += 1;
      if (name === 'PutObjectCommand' && key.includes('/manifests/')) throw changed;
      return send();
    });
    const hour = new TestHour(new Bucket(client, bucket.name), freshHour().prefix);
    await expect(land(hour, { lines: 'x', at: 1 })).rejects.toMatchObject({
      type: 'BucketUnavailable',
      message:
        'the storage refused the manifest of 2026-01-01T05 twice because it had changed, but it has not changed',
    });
    expect(puts).toBe(4);
    expect(await hour.keys()).toEqual([]);
    vi.restoreAllMocks();
  });

  it('adds a lost manifest to the operation log', async () => {
    const hour = freshHour();
    const told: unknown[] = [];
    const late = new TestHour(bucket, hour.prefix, async ({ name }, run, measure) => {
      if (name === 'put-manifest' && told.length === 0) await land(hour, { lines: 'y', at: 2 });
      const result = await run();
      if (name === 'put-manifest') told.push(measure?.(result));
      return result;
    });
    expect(await land(late, { lines: 'x', at: 3 })).toMatchObject({ outcome: 'landed' });
    const lost = { outcome: 'failed', http_status: 412, detail: expect.stringMatching(/^CommitContended: /) };
    expect(told).toEqual([lost, {}]);
  });
});

describe('an attempt for which Amplitude has no data (404)', () => {
  const VANISHED = { lines: 'none', at: 2, formats: [], events: 0, httpStatus: 404 } as const;

  it('lands an hour that has not landed yet as empty', async () => {
    const { outcome, manifest } = await land(freshHour(), VANISHED);
    expect({ outcome, status: manifest.status }).toEqual({ outcome: 'landed', status: 'empty' });
  });

  it('changes nothing where the hour is empty already', async () => {
    const hour = freshHour();
    await land(hour, { ...VANISHED, at: 1 });
    expect(await land(hour, VANISHED)).toMatchObject({ outcome: 'unchanged' });
  });

  it('never replaces an hour that has lines', async () => {
    const hour = freshHour();
    const { manifest } = await land(hour, { lines: 'x', at: 1 });
    await expect(land(hour, VANISHED)).rejects.toMatchObject({ type: 'HourVanished' });
    expect(await hour.manifest()).toEqual(manifest);
    expect(await hour.problems()).toEqual([]);
  });

  it('lets later lines replace it', async () => {
    const hour = freshHour();
    await land(hour, VANISHED);
    expect(await land(hour, { lines: 'x', at: 3 })).toMatchObject({ outcome: 'landed' });
    expect(await hour.problems()).toEqual([]);
  });
});

describe('an attempt that has landed its hour', () => {
  it('lists it once, and does not read its manifest again', async () => {
    const hour = freshHour();
    await land(hour, { lines: 'x', at: 1 });
    expect(hour.operations).toEqual(['get-manifest', 'put-object', 'put-object', 'put-manifest', 'list']);
  });

  it.each(['AccessDenied', 'InternalError'])(
    'reports what it could not remove when the storage refuses to list it: %s',
    async (refusal) => {
      const client = connectS3Through(async ({ name }, send) => {
        if (name !== 'ListObjectsV2Command') return send();
        const $metadata = { httpStatusCode: refusal === 'AccessDenied' ? 403 : 500 };
        throw Object.assign(new Error('no'), { name: refusal, $metadata });
      });
      const { prefix } = freshHour();
      const landing = await land(new TestHour(new Bucket(client, bucket.name), prefix), {
        lines: 'x',
        at: 1,
      });
      expect(landing).toMatchObject({
        outcome: 'landed',
        notRemoved: { type: refusal === 'AccessDenied' ? 'BucketDenied' : 'BucketUnavailable' },
      });
      expect(await new TestHour(bucket, prefix).problems()).toEqual([]);
    },
  );

  it('names as superseded all that it is not allowed to delete, orphans of killed attempts too', async () => {
    const client = connectS3Through(async ({ name }, send) => {
      if (!/^DeleteObjects?Command$/.test(name)) return send();
      throw Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    });
    const hour = freshHour();
    const refused = new TestHour(new Bucket(client, bucket.name), hour.prefix);
    await land(refused, { lines: 'x', at: 1 });
    await leaveBehind(hour);
    await land(refused, { lines: 'y', at: 2 });
    const { notRemoved } = await land(refused, { lines: 'z', at: 3 });
    expect(notRemoved).toMatchObject({ type: 'BucketDenied' });
    const { outputs = [], superseded = [] } = { ...(await hour.manifest()) };
    const named = new Set([...outputs, ...superseded].map(({ key }) => key));
    const keys = await hour.keys();
    expect(keys).toHaveLength(7);
    expect(keys.filter((key) => !named.has(key))).toEqual([]);
  });

  it('leaves the objects of an attempt that has replaced it since', async () => {
    let isRivalDue = true;
    const hour = freshHour(async ({ name }, run) => {
      if (name === 'list' && isRivalDue) {
        isRivalDue = false;
        await land(new TestHour(bucket, hour.prefix), { lines: 'y', at: 2 });
      }
      return run();
    });
    expect(await land(hour, { lines: 'x', at: 1 })).toMatchObject({
      outcome: 'landed',
      manifest: { digest: 'x' },
    });
    expect(hour.operations.filter((name) => name === 'put-manifest')).toHaveLength(1);
    expect(await hour.manifest()).toMatchObject({ digest: 'y', epoch: 0 });
    expect(await hour.problems()).toEqual([]);
  });
});

describe('an attempt that fails', () => {
  it('removes the objects that it stored, since no manifest names them', async () => {
    const hour = freshHour();
    const draft = await draftOf(folder, { lines: 'x', at: 1 });
    await expect(commitHour(hour.store, withBrokenEvents(draft))).rejects.toMatchObject({
      type: 'ChecksumMismatch',
    });
    expect(hour.operations).toContain('put-object');
    expect(await hour.manifest()).toBeUndefined();
    expect(await hour.keys()).toEqual([]);
  });

  it('removes them also on a storage that lists no uploads', async () => {
    const client = connectS3Through(async ({ name }, send) => {
      if (name === 'ListMultipartUploadsCommand') throw new Error('no uploads');
      return send();
    });
    const hour = new TestHour(new Bucket(client, bucket.name), freshHour().prefix);
    const draft = await draftOf(folder, { lines: 'x', at: 1 });
    await expect(commitHour(hour.store, withBrokenEvents(draft))).rejects.toMatchObject({
      type: 'ChecksumMismatch',
    });
    expect(await hour.keys()).toEqual([]);
  });

  it('fails with its own error when it cannot remove them', async () => {
    const hour = freshHour(failing('delete'));
    const draft = await draftOf(folder, { lines: 'x', at: 1 });
    await expect(commitHour(hour.store, withBrokenEvents(draft))).rejects.toMatchObject({
      type: 'ChecksumMismatch',
    });
    expect(await hour.keys()).toHaveLength(1);
  });

  it('leaves its objects when its manifest may still arrive', async () => {
    const hour = freshHour(failing('put-manifest'));
    await expect(land(hour, { lines: 'x', at: 1 })).rejects.toThrow('no put-manifest');
    expect(await hour.keys()).toHaveLength(2);
  });

  it('after it has landed, counts as landed when it runs again, and reports what it changed', async () => {
    const hour = freshHour();
    await land(hour, { lines: 'x', at: 1, events: 7 });
    const changed = { lines: 'y', at: 2, run: 'settling' } as const;
    await expect(land(new TestHour(bucket, hour.prefix, failing('delete')), changed)).rejects.toThrow(
      'no delete',
    );

    const again = await land(hour, changed);
    expect(again).toMatchObject({ outcome: 'landed', manifest: { revision: 2, eventsBefore: 7 } });
    expect(await hour.problems()).toEqual([]);
    expect(await land(hour, { ...changed, run: 'another' })).toMatchObject({ outcome: 'unchanged' });
  });

  it('lands with force only once', async () => {
    const hour = freshHour();
    await land(hour, { lines: 'x', at: 1 });
    const forced = { lines: 'x', at: 2, run: 'repair', force: true } as const;
    await expect(land(new TestHour(bucket, hour.prefix, failing('delete')), forced)).rejects.toThrow(
      'no delete',
    );
    expect(await land(hour, forced)).toMatchObject({
      outcome: 'landed',
      manifest: { revision: 2, eventsBefore: null },
    });
  });

  it('leaves no upload in parts behind when it is aborted halfway', async () => {
    const hour = freshHour();
    const aborter = new AbortController();
    const client = connectS3Through(async ({ name }, send) => {
      const answer = await send();
      if (name === 'UploadPartCommand') aborter.abort();
      return answer;
    });
    const aborted = new TestHour(new Bucket(client, bucket.name).until(aborter.signal), hour.prefix);
    const draft = await draftOf(folder, { lines: 'x', at: 1 });
    const large = join(folder, 'large');
    await writeFile(large, '');
    await truncate(large, 70 * 1024 * 1024);
    const objects = draft.objects.map((object) => ({ ...object, file: large, bytes: 70 * 1024 * 1024 }));

    await expect(commitHour(aborted.store, { ...draft, objects })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(await bucket.listUploads(`${hour.prefix}/`)).toEqual([]);
    expect(await hour.keys()).toEqual([]);
  });

  it('never overwrites a manifest that it cannot read', async () => {
    const hour = freshHour();
    await bucket.putText(hour.manifestKey, '{"version":2}', 'application/json');
    await expect(land(hour, { lines: 'x', at: 1 })).rejects.toMatchObject({ type: 'ManifestUnreadable' });
    expect(new TextDecoder().decode(await readObject(bucket, hour.manifestKey))).toBe('{"version":2}');
    expect(await hour.keys()).toEqual([]);
  });
});

describe('removing the orphans of an hour', () => {
  it('changes nothing in a clean one', async () => {
    const hour = freshHour();
    const { manifest } = await land(hour, { lines: 'x', at: 1 });
    hour.operations.length = 0;
    expect(await removeOrphans(hour.store)).toEqual(manifest);
    expect(hour.operations).toEqual(['get-manifest', 'list']);
  });

  it('deletes superseded objects', async () => {
    const hour = freshHour();
    const { manifest } = await land(hour, { lines: 'x', at: 1 });
    const orphan = objectKey(hour.prefix, WINDOW, { format: 'events', index: 7 }, '00000000000f');
    await bucket.putText(orphan, 'superseded', 'application/gzip');
    const naming: Manifest = { ...manifest, superseded: [{ key: orphan }] };
    await bucket.putText(hour.manifestKey, JSON.stringify(naming), 'application/json');
    expect(await removeOrphans(hour.store)).toEqual(naming);
    expect(await hour.problems()).toEqual([]);
  });

  it('leaves an hour that never landed alone', async () => {
    const hour = freshHour();
    await leaveBehind(hour);
    await expect(removeOrphans(hour.store)).rejects.toMatchObject({ type: 'CommitContended' });
    expect(await hour.keys()).toHaveLength(1);
  });

  it('leaves other hours alone', async () => {
    const hour = freshHour();
    await land(hour, { lines: 'x', at: 1 });
    const neighbour = `${hour.prefix}/raw/dt=2026-01-01/hour=06/export-00000000000f.zip`;
    await bucket.putText(neighbour, textOf('raw', 'x'), 'application/zip');
    await removeOrphans(hour.store);
    expect(await hour.keys()).toContain(neighbour);
  });
});
