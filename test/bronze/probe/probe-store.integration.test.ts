import { beforeAll, describe, expect, it } from 'vitest';
import type { Bucket } from '../../../bronze/bucket.ts';
import { probeStore, refuseUnsuitable } from '../../../bronze/probe/probe-store.ts';
import { FakeStore } from '../../support/fake-store/fake-store.ts';
import type { StoreFeature } from '../../support/fake-store/missing-features.ts';
import { openFakeBucket } from '../../support/fake-store/open-fake-bucket.ts';
import { abandonUpload, makeBucket } from '../../support/s3.ts';

const PREFIX = 'some/prefix';
let real: Bucket;

beforeAll(async () => {
  real = await makeBucket();
});

/** The names of the features that the probe finds missing. */
async function missingIn(bucket: Bucket): Promise<string[]> {
  return (await probeStore(bucket, PREFIX)).filter(({ present }) => !present).map(({ name }) => name);
}

describe('the probe', () => {
  it('finds nothing missing in the real store, and leaves nothing there', async () => {
    expect(await missingIn(real)).toEqual([]);
    expect(await real.list('')).toEqual([]);
    expect(await real.listUploads('')).toEqual([]);
  });

  it('removes the objects of killed probes, and none of a probe that may still run', async () => {
    const keyAt = (ms: number): string => `${PREFIX}/probe/${Date.now() - ms}-abc/conditional`;
    const [dead, alive] = [keyAt(3_700_000), keyAt(60_000)];
    for (const key of [dead, alive]) await real.putText(key, 'x', 'text/plain');
    await abandonUpload(real, `${dead}-upload`);
    await probeStore(real, PREFIX);
    expect((await real.list('')).map(({ key }) => key)).toEqual([alive]);
    expect(await real.listUploads('')).toEqual([]);
  });

  it.each<{ lack: StoreFeature; names: string[] }>([
    { lack: 'if-none-match', names: ['If-None-Match', 'If-Match'] },
    { lack: 'if-match', names: ['If-Match'] },
    { lack: 'read-after-write', names: ['If-Match', 'read after write', 'checksum kept'] },
    { lack: 'list-after-write', names: ['list after write', 'start-after'] },
    { lack: 'list-order', names: ['list order'] },
    { lack: 'list-pages', names: ['list pages'] },
    { lack: 'multipart', names: ['multipart upload'] },
    { lack: 'strong-etags', names: ['strong ETags'] },
    {
      lack: 'checksum-headers',
      names: ['checksum headers', 'checksum check', 'checksum kept', 'DeleteObjects'],
    },
    { lack: 'checksum-check', names: ['checksum check'] },
    { lack: 'checksum-kept', names: ['checksum kept'] },
    { lack: 'checksum-kept-of-parts', names: ['checksum kept of parts'] },
    { lack: 'start-after', names: ['start-after'] },
    { lack: 'list-uploads', names: ['ListMultipartUploads'] },
    { lack: 'delete-objects', names: ['DeleteObjects'] },
    { lack: 'deleting', names: ['deleting'] },
  ])('names what a store without $lack does not do', async ({ lack, names }) => {
    expect(await missingIn(openFakeBucket(new FakeStore([lack])))).toEqual(names);
  });

  it('takes neither a lost answer nor a limit on writes to a key for a missing feature', async () => {
    const store = new FakeStore();
    const answer = store.answer.bind(store);
    let limited = 0;
    store.answer = async (request) => {
      const isRace = (race: number): boolean =>
        request.method === 'PUT' && request.path.endsWith(`/conditional/${race}`);
      if (isRace(0) && (limited += 1) <= 2) return { status: 429 };
      const answered = await answer(request);
      return isRace(1) && answered.status === 200 ? { status: 503 } : answered;
    };
    expect(await missingIn(openFakeBucket(store))).toEqual([]);
    expect(limited).toBeGreaterThan(2);
  });

  it('does not judge a store that refuses keys or rights', async () => {
    const store = new FakeStore();
    store.answer = async () => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' });
    await expect(probeStore(openFakeBucket(store), PREFIX)).rejects.toMatchObject({ type: 'BucketDenied' });
  });
});

describe('an unsuitable store', () => {
  it('is refused with each missing feature, what it did instead, and why that loses hours', async () => {
    const bucket = openFakeBucket(new FakeStore(['if-match', 'list-order', 'delete-objects']));
    const features = await probeStore(bucket, PREFIX);
    expect(() => refuseUnsuitable(bucket, features)).toThrowError(
      expect.objectContaining({
        type: 'StoreUnsuitable',
        message: expect.stringMatching(
          /If-Match \(in 24 of 24 races both PUTs were stored; of two attempts .*\), list order \(keys are listed in another order; .*\)$/,
        ) as unknown,
      }) as Error,
    );
  });
});
