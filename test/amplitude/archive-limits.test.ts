import { describe, expect, it } from 'vitest';
import { ArchiveLimitsExceeded } from '../../amplitude/errors.ts';
import { readZipMembers } from '../../amplitude/export-zip.ts';
import { archiveLimits } from '../../amplitude/limits.ts';
import { temporaryFile, zipOf } from '../support/archives.ts';

const limits = { ...archiveLimits, members: 3 };

function zipWith(members: number): Buffer {
  return zipOf(Array.from({ length: members }, () => ({ bytes: Buffer.from('x') })));
}

describe('the limit of members', () => {
  it('is met by an archive with as many', async () => {
    expect(await readZipMembers(await temporaryFile(zipWith(3)), limits)).toHaveLength(3);
  });

  it('is exceeded by an archive with one more', async () => {
    const reading = readZipMembers(await temporaryFile(zipWith(4)), limits);
    await expect(reading).rejects.toThrow(ArchiveLimitsExceeded);
    await expect(reading).rejects.toThrow(/over 3 members/);
  });

  it('counts folders, too', async () => {
    const folders = Array.from({ length: 4 }, (_, index) => ({ name: `${index}/`, bytes: Buffer.alloc(0) }));
    const reading = readZipMembers(await temporaryFile(zipOf(folders)), limits);
    await expect(reading).rejects.toThrow(ArchiveLimitsExceeded);
  });
});
