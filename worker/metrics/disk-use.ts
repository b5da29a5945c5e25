import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** The size of the files below a folder, in bytes. Files that vanish meanwhile count 0. */
export async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) =>
        stat(join(parentPath, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * The size of the disk that a folder is on, and the space that is left on it for this user, in bytes; undefined when the
 * system does not say.
 */
export async function diskSpace(
  folder: string,
): Promise<{ readonly size: number; readonly free: number } | undefined> {
  try {
    const { bsize, blocks, bavail } = await statfs(folder);
    return { size: bsize * blocks, free: bsize * bavail };
  } catch {
    return undefined;
  }
}
