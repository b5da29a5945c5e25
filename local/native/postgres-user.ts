import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { promisify } from 'node:util';

import { onPath } from '../binaries/executables.ts';
import { ToolMissing } from '../errors.ts';

/** How PostgreSQL's programs are run: its server refuses to run as root. */
export interface PostgresUser {
  /** The words before a command that make it run as this user. */
  readonly prefix: readonly string[];
  /** Gives a file or folder of ours to this user. */
  own(path: string): Promise<void>;
}

/**
 * The user that PostgreSQL runs as: `postgres` when we are root, otherwise the user that we are.
 * @throws ToolMissing when we are root and there is no `setpriv` or no user `postgres`
 */
export async function postgresUser(): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) return { prefix: [], own: async () => undefined };
  const setpriv = await onPath('setpriv').catch(() => {
    throw new ToolMissing(
      'setpriv is needed and was not found: PostgreSQL does not run as root. Install the Debian package util-linux, or be another user.',
    );
  });
  const [uid, gid] = await Promise.all([idOf('-u'), idOf('-g')]);
  return {
    prefix: [setpriv, `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
    own: (path) => chown(path, uid, gid),
  };
}

async function idOf(option: '-u' | '-g'): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)('id', [option, 'postgres']);
    return Number(stdout);
  } catch {
    throw new ToolMissing(
      'There is no user postgres, and PostgreSQL does not run as root. Install the Debian package postgresql, which makes one, or be another user.',
    );
  }
}
