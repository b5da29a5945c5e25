import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { cacheFolder } from '../../core/cache-folder.ts';
import { isExecutable } from './executables.ts';

/** A binary of one version, as the cache knows it. */
export interface PinnedBinary {
  /** The file's name: `temporal`. */
  name: string;
  version: string;
}

/** The path of a binary that was fetched before. Throws when the cache does not have it. */
export async function fromCache(binary: PinnedBinary): Promise<string> {
  const path = cachePath(binary);
  if (await isExecutable(path)) return path;
  throw new Error(`not in ${cacheFolder()}`);
}

/**
 * Lets `write` make the file whose path it is given, then moves that file into the cache in one step: whoever looks
 * finds a whole binary or none, also when several processes fetch at once. Returns its path there.
 */
export async function intoCache(
  binary: PinnedBinary,
  write: (path: string) => Promise<void>,
): Promise<string> {
  const path = cachePath(binary);
  const folder = join(path, '..');
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${binary.name}-${randomBytes(6).toString('hex')}`);
  try {
    await write(temporary);
    await chmod(temporary, 0o755);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return path;
}

/** Platform and architecture are part of the path because home folders are shared between machines. */
function cachePath({ name, version }: PinnedBinary): string {
  return join(cacheFolder(), `${name}-${version}-${process.platform}-${process.arch}`, name);
}
