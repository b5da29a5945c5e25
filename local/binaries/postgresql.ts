import { readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { isExecutable, onPath } from './executables.ts';
import { findTool } from './find-tool.ts';

/** Debian keeps the server's programs here, below their major version, and not on PATH. */
const debianFolder = '/usr/lib/postgresql';

/**
 * The folder with PostgreSQL's programs (`initdb`, `postgres`, `createdb`, `pg_isready`): the newest that Debian's packages
 * have installed in `ofDebian`, or that of the `postgres` on PATH.
 * @throws ToolMissing
 */
export async function findPostgresql(ofDebian = debianFolder): Promise<string> {
  const server = await findTool(
    'PostgreSQL',
    [
      { name: `${ofDebian}/*/bin/postgres`, find: () => newestIn(ofDebian) },
      { name: 'postgres on PATH', find: async () => realpath(await onPath('postgres')) },
    ],
    'Install the Debian package postgresql. Its service need not run: a server of its own is started.',
  );
  return dirname(server);
}

async function newestIn(folder: string): Promise<string> {
  const versions = (await readdir(folder)).map(Number).filter((version) => version > 0);
  for (const version of versions.toSorted((a, b) => b - a)) {
    const path = join(folder, String(version), 'bin', 'postgres');
    if (await isExecutable(path)) return path;
  }
  throw new Error('not found');
}
