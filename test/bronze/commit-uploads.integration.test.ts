import { beforeAll, describe, expect, it } from 'vitest';
import type { Bucket } from '../../bronze/bucket.ts';
import { commitHour } from '../../bronze/commit-hour.ts';
import { objectKey } from '../../bronze/keys.ts';
import { removeOrphans } from '../../bronze/remove-orphans.ts';
import {
  abandonUpload,
  completeUpload,
  draftOf,
  makeBucket,
  temporaryFolder,
  TestHour,
  WINDOW,
} from '../support/s3.ts';

const folder = await temporaryFolder();
let bucket: Bucket;

beforeAll(async () => {
  bucket = await makeBucket();
});

function rawKey(prefix: string): string {
  return objectKey(prefix, WINDOW, { format: 'raw', index: 0 }, '20000000000f');
}

describe('an upload in parts', () => {
  it.each(['delete', 'abort-upload'])(
    'of a late attempt is removed, though it completes before: %s',
    async (step) => {
      let uploadId = '';
      const hour = new TestHour(bucket, `late-${step}`, async ({ name }, run) => {
        if (name === step) await completeUpload(bucket, rawKey(hour.prefix), uploadId).catch(() => undefined);
        return run();
      });
      uploadId = await abandonUpload(bucket, rawKey(hour.prefix));
      await commitHour(hour.store, await draftOf(folder, { lines: 'x', at: 1 }));
      expect(await hour.problems()).toEqual([]);
    },
  );

  it('whose creation got no answer is removed, and the object of the same key stays', async () => {
    let key = '';
    const hour = new TestHour(bucket, 'created-twice', async ({ name, item }, run) => {
      if (name === 'put-object') {
        key = item;
        await abandonUpload(bucket, key);
      }
      return run();
    });
    await commitHour(hour.store, await draftOf(folder, { lines: 'x', at: 1 }));
    const { superseded = [] } = { ...(await hour.manifest()) };
    expect(superseded.map((removed) => removed.key)).toContain(key);
    expect(await hour.problems()).toEqual([]);
    await removeOrphans(hour.store);
    expect(await hour.problems()).toEqual([]);
  });
});
