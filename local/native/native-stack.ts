import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { findTemporalProgram } from '../binaries/temporal-server.ts';
import { freePorts } from '../free-ports.ts';
import { stopwatch, type Report } from '../report.ts';
import type { S3Server } from '../s3-server.ts';
import { retryIfPortTaken } from '../server-start.ts';
import { composeServices, type ComposeServices, type NativeService } from './compose-services.ts';
import { runNamespaceJob, runSchemaJob } from './jobs.ts';
import { startPostgresql, type PostgresqlServer } from './postgresql.ts';
import { startNativeS3 } from './s3.ts';
import { stackVariables } from './stack-folder.ts';
import {
  chooseTemporalPorts,
  formerPorts,
  startTemporalClusterServer,
  type TemporalClusterServer,
} from './temporal-cluster-server.ts';

/** From `dist/local/native/`, where this runs. */
const composeFile = fileURLToPath(new URL('../../../docker-compose.temporal.yml', import.meta.url));

/** The servers of the Compose file, as processes of this machine that end with this process. */
export class NativeStack {
  readonly compose: ComposeServices;
  readonly s3: S3Server;
  readonly #folder: string;
  readonly #report: Report;
  #postgresql: PostgresqlServer;
  #temporal: TemporalClusterServer;

  private constructor(parts: {
    compose: ComposeServices;
    s3: S3Server;
    folder: string;
    report: Report;
    postgresql: PostgresqlServer;
    temporal: TemporalClusterServer;
  }) {
    this.compose = parts.compose;
    this.s3 = parts.s3;
    this.#folder = parts.folder;
    this.#report = parts.report;
    this.#postgresql = parts.postgresql;
    this.#temporal = parts.temporal;
  }

  /**
   * Starts PostgreSQL, runs the schema job, starts Temporal, runs the namespace job, and starts the S3 server; each has its
   * data below `folder`. A later start on the same folder has the same data and keys.
   * @throws ToolMissing, ServerNotStarted
   */
  static async start(folder: string, report: Report): Promise<NativeStack> {
    const variables = await stackVariables(folder);
    const compose = composeServices(await readFile(composeFile, 'utf8'), variables);
    const elapsed = stopwatch();
    const s3 = await retryIfPortTaken(async () =>
      startNativeS3(compose.service('s3'), join(folder, 's3'), await freePort(), report),
    );
    const postgresql = await retryIfPortTaken(async () =>
      startPostgresql(compose.service('postgresql'), join(folder, 'postgresql'), await freePort()),
    );
    report(`PostgreSQL and versitygw are up after ${elapsed()}`);
    const jobs = join(folder, 'jobs');
    await mkdir(jobs, { recursive: true });
    await runSchemaJob(compose.service('temporal-schema'), jobs, postgresql.port, report);
    let former = await formerPorts(join(folder, 'temporal'));
    const temporal = await retryIfPortTaken(async () => {
      const ports = former ?? (await chooseTemporalPorts());
      // When one is taken, the second try is on other ports.
      former = undefined;
      return startServer(compose, folder, postgresql.port, ports, report);
    });
    await runNamespaceJob(compose.service('temporal-namespace'), jobs, temporal.address, report);
    report(`Temporal ${compose.service('temporal').release} is up after ${elapsed()}`);
    return new NativeStack({ compose, s3, folder, report, postgresql, temporal });
  }

  /** The PostgreSQL server that was started last. */
  get postgresql(): PostgresqlServer {
    return this.#postgresql;
  }

  /** The Temporal server that was started last. */
  get temporal(): TemporalClusterServer {
    return this.#temporal;
  }

  /** The service of the workers. */
  get worker(): NativeService {
    return this.compose.service('worker');
  }

  /** Starts PostgreSQL again, at the same port, after its end. @throws ServerNotStarted */
  async startPostgresqlAgain(): Promise<void> {
    const { port } = this.#postgresql;
    const dataDir = join(this.#folder, 'postgresql');
    this.#postgresql = await startPostgresql(this.compose.service('postgresql'), dataDir, port);
  }

  /**
   * Starts the Temporal server again, at the same ports, after its end; `databasePort` is that of PostgreSQL, or of a proxy
   * in front of it.
   * @throws ServerNotStarted
   */
  async startTemporalAgain(databasePort: number): Promise<void> {
    const { ports } = this.#temporal;
    this.#temporal = await startServer(this.compose, this.#folder, databasePort, ports, this.#report);
  }

  /** Ends every server, those first that need others. */
  async stop(): Promise<void> {
    await this.#temporal.stop();
    await this.#postgresql.stop();
    await this.s3.stop();
  }
}

async function startServer(
  compose: ComposeServices,
  folder: string,
  databasePort: number,
  ports: TemporalClusterServer['ports'],
  report: Report,
): Promise<TemporalClusterServer> {
  const service = compose.service('temporal');
  return startTemporalClusterServer({
    command: await findTemporalProgram('temporal-server', service.release, report),
    service,
    dynamicConfig: compose.config('temporal-dynamic-config'),
    dataDir: join(folder, 'temporal'),
    databasePort,
    ports,
  });
}

async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}
