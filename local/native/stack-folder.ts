import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a temporary folder for a native stack: the user that PostgreSQL runs as may pass through, and read nothing. */
export async function makeStackFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-native-'));
  await chmod(folder, 0o711);
  return folder;
}

/**
 * The variables that Compose would take from `.env`: password and keys, random at the first start on a folder, and the same
 * at every later one.
 */
export async function stackVariables(folder: string): Promise<Readonly<Record<string, string>>> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'variables.json');
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found !== undefined) return JSON.parse(found) as Record<string, string>;
  const variables = {
    POSTGRES_PASSWORD: randomBytes(24).toString('hex'),
    S3_USER_ACCESS_KEY: `LOCAL${randomBytes(8).toString('hex').toUpperCase()}`,
    S3_USER_SECRET_KEY: randomBytes(20).toString('hex'),
  };
  await writeFile(file, JSON.stringify(variables), { mode: 0o600 });
  return variables;
}
