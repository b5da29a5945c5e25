import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPostgresql } from '../../local/binaries/postgresql.ts';
import type { NativeStack } from '../../local/native/native-stack.ts';

/** All databases but those that every server of PostgreSQL has. */
const SIZE =
  "SELECT sum(pg_database_size(oid)) FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'";

/** The size of both databases of Temporal on the stack's PostgreSQL, in bytes. The write-ahead log is not in it. */
export async function databaseBytes({ compose, postgresql }: NativeStack): Promise<number> {
  const { POSTGRES_USER: user, POSTGRES_PASSWORD: password } = compose.service('postgresql').environment;
  const address = ['--host=127.0.0.1', `--port=${postgresql.port}`, `--username=${user}`];
  const { stdout } = await promisify(execFile)(
    join(await findPostgresql(), 'psql'),
    [...address, '--dbname=postgres', '--no-psqlrc', '--no-align', '--tuples-only', `--command=${SIZE}`],
    { env: { PATH: process.env['PATH'], PGPASSWORD: password } },
  );
  return Number(stdout);
}
