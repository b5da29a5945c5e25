import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

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
 * Calls `write` with the path of the binary to make; `write` may make other files beside it. Then it moves their folder
 * into the cache in one step: readers find all files or none, also when several processes fetch at once. Returns the
 * path of the binary in the cache.
 */
export async function intoCache(
  binary: PinnedBinary,
  write: (path: string) => Promise<void>,
): Promise<string> {
  const path = cachePath(binary);
  const folder = dirname(path);
  const temporary = `${folder}.${randomBytes(6).toString('hex')}`;
  await mkdir(temporary, { recursive: true });
  try {
    const made = join(temporary, binary.name);
    await write(made);
    await chmod(made, 0o755);
    await moveFolder(temporary, folder, path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return path;
}

async function moveFolder(from: string, to: string, binary: string): Promise<void> {
  try {
    await rename(from, to);
  } catch {
    // A folder with files in it is not replaced. Either another process was faster, or files are missing from it.
    if (await isExecutable(binary)) return;
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
  }
}

/** Platform and architecture are part of the path because home folders are shared between machines. */
function cachePath({ name, version }: PinnedBinary): string {
  return join(cacheFolder(), `${name}-${version}-${process.platform}-${process.arch}`, name);
}
