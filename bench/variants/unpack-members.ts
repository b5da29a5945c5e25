import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { archiveLimits } from '../../amplitude/limits.ts';
import { readZipMembers } from '../../amplitude/export-zip.ts';

/**
 * The unpacked bytes of every member of an archive, by Node's own streams and nothing else. All members have to be
 * stored, as those of `makeArchive` are.
 */
export async function* unpackMembers(archive: string): AsyncGenerator<AsyncIterable<Buffer>> {
  for (const { dataStart, bytes } of await readZipMembers(archive, archiveLimits)) {
    const packed = createReadStream(archive, {
      start: dataStart,
      end: dataStart + bytes - 1,
      highWaterMark: 1024 * 1024,
    });
    yield packed.pipe(createGunzip({ chunkSize: 256 * 1024 }));
  }
}
