import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import { openPromise } from 'yauzl';

/** Unpacks the one member whose path ends in `suffix` to a new file, streaming. Throws when there is none. */
export async function unpackMember(archive: string, suffix: string, path: string): Promise<void> {
  const zip = await openPromise(archive, {});
  try {
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith(suffix)) continue;
      await pipeline(await zip.openReadStreamPromise(entry, {}), createWriteStream(path, { flags: 'wx' }));
      return;
    }
  } finally {
    zip.close();
  }
  throw new Error(`no ${suffix} in the package`);
}
