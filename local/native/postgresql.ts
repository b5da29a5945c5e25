import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { findPostgresql } from '../binaries/postgresql.ts';
import { startProcess, type RunningProcess } from '../processes.ts';
import { untilReady } from '../server-start.ts';
import type { NativeService } from './compose-services.ts';
import { postgresUser, type PostgresUser } from './postgres-user.ts';
import { runJob } from './run-job.ts';

/** A PostgreSQL server that runs on this machine and ends with this process. */
export interface PostgresqlServer {
  readonly port: number;
  /** The process id of the server's first process, for tests that kill it. */
  readonly pid: number;
  /** Ends the server and resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts PostgreSQL on a port of 127.0.0.1, with the user and password of the Compose file's service and its data in
 * `dataDir`, which is made at the first start. Then it also makes the database that its image makes: the one with the
 * user's name.
 * @throws ToolMissing, ServerNotStarted
 */
export async function startPostgresql(
  service: NativeService,
  dataDir: string,
  port: number,
): Promise<PostgresqlServer> {
  const [programs, user] = await Promise.all([findPostgresql(), postgresUser()]);
  const cluster = join(dataDir, 'cluster');
  const isNew = await isMissing(join(cluster, 'PG_VERSION'));
  if (isNew) await initialize(service, dataDir, cluster, programs, user);

  const [command, ...args] = [
    ...user.prefix,
    join(programs, 'postgres'),
    '-D',
    cluster,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    // No socket: its folder would have to belong to this server alone.
    '-k',
    '',
  ];
  const server = await startProcess({
    name: 'PostgreSQL',
    command,
    args,
    env: { PATH: process.env['PATH'] },
    cwd: dataDir,
    logFile: join(dataDir, 'postgresql.log'),
  });
  await untilReady(server, () => isHealthy(service, programs, port));
  if (isNew) await makeDatabase(service, dataDir, programs, port);
  return { port, pid: server.pid, stop: () => stop(server) };
}

async function initialize(
  { environment }: NativeService,
  dataDir: string,
  cluster: string,
  programs: string,
  user: PostgresUser,
): Promise<void> {
  await mkdir(cluster, { recursive: true });
  // The other user must get through our folder, and needs no more.
  await chmod(dataDir, 0o711);
  await user.own(cluster);
  const passwordFile = join(dataDir, 'password');
  await writeFile(passwordFile, environment['POSTGRES_PASSWORD'] ?? '', { mode: 0o600 });
  await user.own(passwordFile);
  const settings = [
    `--pgdata=${cluster}`,
    `--username=${environment['POSTGRES_USER']}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
  ];
  try {
    await runJob({
      name: 'initdb',
      words: [...user.prefix, join(programs, 'initdb'), ...settings],
      environment: { PATH: process.env['PATH'] ?? '' },
      folder: dataDir,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function makeDatabase(
  { environment }: NativeService,
  dataDir: string,
  programs: string,
  port: number,
): Promise<void> {
  const { POSTGRES_USER: user = '', POSTGRES_PASSWORD: password = '' } = environment;
  await runJob({
    name: 'createdb',
    words: [join(programs, 'createdb'), '--host=127.0.0.1', `--port=${port}`, `--username=${user}`, user],
    environment: { PATH: process.env['PATH'] ?? '', PGPASSWORD: password },
    folder: dataDir,
  });
}

/** Runs the health check of the Compose file against this server. */
async function isHealthy({ healthCheck }: NativeService, programs: string, port: number): Promise<void> {
  const [program = '', ...args] = healthCheck;
  await promisify(execFile)(join(programs, program), args, { env: { PGPORT: String(port) } });
}

/** SIGINT is the signal with which the image stops it: by SIGTERM, it would wait for its clients. */
async function stop(server: RunningProcess): Promise<void> {
  process.kill(server.pid, 'SIGINT');
  await server.exited;
}

async function isMissing(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    () => true,
  );
}
