import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { Connection } from '@temporalio/client';

import { findTemporalCli } from './binaries/temporal-cli.ts';
import { freePorts } from './free-ports.ts';
import { startProcess } from './processes.ts';
import type { Report } from './report.ts';
import { retryIfPortTaken, untilReady } from './server-start.ts';

/** The ports of a Temporal dev server on 127.0.0.1. */
export interface TemporalPorts {
  grpc: number;
  ui: number;
  http: number;
  metrics: number;
}

/** A Temporal dev server that runs on this machine and ends with this process. */
export interface TemporalServer {
  /** Host and port for clients and workers. */
  readonly address: string;
  /** The address of the Web UI. */
  readonly uiUrl: string;
  readonly namespace: 'default';
  /** The server's process id, for tests that kill it. */
  readonly pid: number;
  /** Pass them to another start to have the server on the same ports. */
  readonly ports: TemporalPorts;
  /** Resolves when it is gone, with its exit code. */
  readonly exited: Promise<number>;
  /** Ends the server and resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a Temporal dev server that keeps its state in `dataDir`, which is made if need be; a later start on the same
 * folder continues with that state. Without `ports` it takes free ones. Resolves when it answers and has the namespace
 * `default`.
 * @throws ToolMissing, ServerNotStarted
 */
export async function startTemporalServer(options: {
  dataDir: string;
  report: Report;
  ports?: TemporalPorts;
}): Promise<TemporalServer> {
  const { dataDir, report } = options;
  const command = await findTemporalCli(report);
  await mkdir(dataDir, { recursive: true });
  return retryIfPortTaken(async () => start(command, dataDir, options.ports ?? (await choosePorts())));
}

async function choosePorts(): Promise<TemporalPorts> {
  const [grpc = 0, ui = 0, http = 0, metrics = 0] = await freePorts(4);
  return { grpc, ui, http, metrics };
}

async function start(command: string, dataDir: string, ports: TemporalPorts): Promise<TemporalServer> {
  const address = `127.0.0.1:${ports.grpc}`;
  const process = await startProcess({
    name: 'The Temporal server',
    command,
    args: [
      'server',
      'start-dev',
      '--ip=127.0.0.1',
      `--port=${ports.grpc}`,
      `--ui-port=${ports.ui}`,
      `--http-port=${ports.http}`,
      `--metrics-port=${ports.metrics}`,
      `--db-filename=${join(dataDir, 'temporal.sqlite')}`,
      // SQLite's default journal costs more than half of the server's throughput.
      '--sqlite-pragma=journal_mode=wal',
      '--sqlite-pragma=synchronous=normal',
      '--log-level=error',
      '--color=never',
    ],
    // Without the user's TEMPORAL_* variables and temporal.toml: they are for clients of another server.
    env: { HOME: dataDir },
    cwd: dataDir,
    logFile: join(dataDir, 'temporal.log'),
  });
  await untilReady(process, () => answers(ports.grpc));
  return {
    address,
    uiUrl: `http://127.0.0.1:${ports.ui}`,
    namespace: 'default',
    pid: process.pid,
    ports,
    exited: process.exited,
    stop: process.stop,
  };
}

async function answers(port: number): Promise<void> {
  // gRPC waits a second after a refused connection, so it is used only once the port accepts connections.
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
  const connection = await Connection.connect({
    address: `127.0.0.1:${port}`,
    connectTimeout: '2s',
    channelArgs: { 'grpc.enable_http_proxy': 0 },
  });
  try {
    await connection.withDeadline(Date.now() + 2000, () =>
      connection.workflowService.describeNamespace({ namespace: 'default' }),
    );
  } finally {
    await connection.close();
  }
}
