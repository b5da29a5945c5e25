import { beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket } from '../../bronze/bucket.ts';
import { commitHour } from '../../bronze/commit-hour.ts';
import { HourStore } from '../../bronze/hour-store.ts';
import { planRepair } from '../../bronze/plan-repair.ts';
import { verifyHour } from '../../bronze/verify-hour.ts';
import { checksumFile } from '../../core/checksum.ts';
import { FakeStore } from '../support/fake-store/fake-store.ts';
import { openFakeBucket } from '../support/fake-store/open-fake-bucket.ts';
import { draftOf, temporaryFolder, WINDOW } from '../support/s3.ts';

const MiB = 1024 * 1024;
const PREFIX = 'amplitude';
const limits = { connectMs: 1_000, silenceMs: 1_000, multipartFromBytes: 5 * MiB, partBytes: 5 * MiB };
const folder = await temporaryFolder();
let copy: FakeStore;
let bucket: Bucket;

beforeAll(async () => {
  const original = new FakeStore();
  const draft = await draftOf(folder, { lines: 'x', at: 1 });
  const file = join(folder, 'large');
  await writeFile(file, randomBytes(6 * MiB));
  const checksums = await checksumFile(file);
  const objects = draft.objects.map((object) => ({ ...object, file, ...checksums }));
  const store = new HourStore(openFakeBucket(original, undefined, limits), PREFIX, WINDOW, 'test/1');
  await commitHour(store, { ...draft, objects });
  copy = new FakeStore(['checksum-kept', 'checksum-kept-of-parts']);
  for (const [key, stored] of original.objects) copy.objects.set(key, { ...stored, crc64nvme: undefined });
  bucket = openFakeBucket(copy, undefined, limits);
});

describe('an hour in a bucket that was copied to a store that keeps no checksums', () => {
  it('is whole: its objects are compared by size, and there is nothing to repair', async () => {
    const before = [...copy.objects.values()];
    const hour = await verifyHour(bucket, PREFIX, WINDOW, { deep: false, hourDueAfterMs: 0 });
    expect(hour).toMatchObject({ objects: 2, withoutChecksum: 2, findings: [] });
    expect(planRepair(hour)).toMatchObject({ need: 'nothing' });
    expect([...copy.objects.values()].every((stored, index) => stored === before[index])).toBe(true);
    expect(copy.objects.size).toBe(3);
  });
});
