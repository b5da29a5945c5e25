import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePorts } from '../free-ports.ts';
import { startProcess } from '../processes.ts';
import { untilReady } from '../server-start.ts';
import { answersOk, healthUrl, type NativeService } from './compose-services.ts';

/** The ports of a Temporal server on 127.0.0.1, each under the variable that sets it. */
export type TemporalPorts = Readonly<Record<(typeof portNames)[number], number>>;

/** Source: the server's embedded configuration, `config_template_embedded.yaml`. */
const portNames = [
  'FRONTEND_GRPC_PORT',
  'FRONTEND_HTTP_PORT',
  'FRONTEND_MEMBERSHIP_PORT',
  'MATCHING_GRPC_PORT',
  'MATCHING_MEMBERSHIP_PORT',
  'HISTORY_GRPC_PORT',
  'HISTORY_MEMBERSHIP_PORT',
  'WORKER_GRPC_PORT',
  'WORKER_MEMBERSHIP_PORT',
] as const;

/** A `temporal-server` on a database, that runs on this machine and ends with this process. */
export interface TemporalClusterServer {
  /** Host and port for clients and workers. */
  readonly address: string;
  readonly pid: number;
  /** Pass them to another start to have the server on the same ports. */
  readonly ports: TemporalPorts;
  /** Resolves when it is gone, with its exit code. */
  readonly exited: Promise<number>;
  /** Ends the server and resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/**
 * The ports that the server had at its last start on this folder, if any. On other ports, it would look for its former self
 * for half a minute, and refuse runs until then.
 */
export async function formerPorts(dataDir: string): Promise<TemporalPorts | undefined> {
  const text = await readFile(portsFile(dataDir), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as TemporalPorts);
}

function portsFile(dataDir: string): string {
  return join(dataDir, 'ports.json');
}

/** Free ports for one server. @throws ServerNotStarted */
export async function chooseTemporalPorts(): Promise<TemporalPorts> {
  const free = await freePorts(portNames.length);
  return Object.fromEntries(portNames.map((name, index) => [name, free[index] ?? 0])) as TemporalPorts;
}

/** The environment of the Compose file's service, with the addresses of this machine. */
export function temporalEnvironment(
  { environment }: NativeService,
  databasePort: number,
  ports: TemporalPorts,
  dynamicConfigFile: string,
): Record<string, string> {
  const portsAsText = Object.fromEntries(portNames.map((name) => [name, String(ports[name])]));
  return {
    ...environment,
    ...portsAsText,
    POSTGRES_SEEDS: '127.0.0.1',
    DB_PORT: String(databasePort),
    BIND_ON_IP: '127.0.0.1',
    DYNAMIC_CONFIG_FILE_PATH: dynamicConfigFile,
  };
}

/**
 * Starts the server on the database at a port of 127.0.0.1, and resolves when the Compose file's health check passes.
 * @throws ServerNotStarted
 */
export async function startTemporalClusterServer(options: {
  command: string;
  service: NativeService;
  dynamicConfig: string;
  dataDir: string;
  databasePort: number;
  ports: TemporalPorts;
}): Promise<TemporalClusterServer> {
  const { command, service, dynamicConfig, dataDir, databasePort, ports } = options;
  await mkdir(dataDir, { recursive: true });
  const dynamicConfigFile = join(dataDir, 'dynamic-config.yaml');
  await writeFile(dynamicConfigFile, dynamicConfig);
  const server = await startProcess({
    name: 'The Temporal server',
    command,
    // As the image starts it.
    args: ['start'],
    env: { HOME: dataDir, ...temporalEnvironment(service, databasePort, ports, dynamicConfigFile) },
    cwd: dataDir,
    logFile: join(dataDir, 'temporal.log'),
  });
  await untilReady(server, () => answersOk(healthUrl(service, ports.FRONTEND_HTTP_PORT)));
  await writeFile(portsFile(dataDir), JSON.stringify(ports));
  return {
    address: `127.0.0.1:${ports.FRONTEND_GRPC_PORT}`,
    pid: server.pid,
    ports,
    exited: server.exited,
    stop: server.stop,
  };
}
