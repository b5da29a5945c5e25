import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePorts } from './free-ports.ts';
import { startProcess, type RunningProcess } from './processes.ts';
import { portOf, type S3Access } from './s3-access.ts';

/** SeaweedFS's admin server also listens at its port plus this, for its own worker; no setting changes that. */
const adminGrpcOffset = 10_000;

/**
 * Starts SeaweedFS as one process, in its form `mini`: it starts in one second and stops in two; `weed server` takes
 * three and fifteen.
 * @throws ServerNotStarted
 */
export async function startSeaweedfs(
  command: string,
  dataDir: string,
  access: S3Access,
): Promise<RunningProcess> {
  const config = join(dataDir, 's3.json');
  const identity = {
    name: 'local',
    credentials: [{ accessKey: access.accessKey, secretKey: access.secretKey }],
    actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'],
  };
  await writeFile(config, JSON.stringify({ identities: [identity] }), { mode: 0o600 });

  const [master = 0, volume = 0, filer = 0, ...more] = await freePorts(8);
  const [s3Grpc = 0, masterGrpc = 0, volumeGrpc = 0, filerGrpc = 0, adminGrpc = 0] = more;
  const grpcPorts = {
    s3: s3Grpc,
    master: masterGrpc,
    volume: volumeGrpc,
    filer: filerGrpc,
    admin: adminGrpc,
  };
  const settings = {
    dir: dataDir,
    ip: '127.0.0.1',
    'ip.bind': '127.0.0.1',
    's3.port': portOf(access),
    's3.port.grpc': s3Grpc,
    's3.port.iceberg': 0,
    's3.port.lance': 0,
    's3.config': config,
    's3.iam': false,
    // A bucket that is missing must be an error, as it is on AWS.
    's3.autoCreateBucket': false,
    // Relative to the working folder: the paths of many temporary folders are too long for a socket.
    's3.localSocket': 's3.sock',
    'filer.localSocket': 'filer.sock',
    'master.port': master,
    'master.port.grpc': masterGrpc,
    'master.telemetry': false,
    // Volumes grow as they fill. Every bucket takes volumes of its own, so there must be many, and the default number
    // shrinks with the free disk space.
    'master.volumeSizeLimitMB': 64,
    'volume.max': 2000,
    'volume.port': volume,
    'volume.port.grpc': volumeGrpc,
    'filer.port': filer,
    'filer.port.grpc': filerGrpc,
    'admin.ui': false,
    'admin.port': adminGrpc - adminGrpcOffset,
    'admin.port.grpc': adminGrpc,
    webdav: false,
  };
  return startProcess({
    name: 'SeaweedFS',
    command,
    args: ['mini', ...Object.entries(settings).map(([name, value]) => `-${name}=${value}`)],
    // Without AWS_* variables: SeaweedFS would take the user's own keys for an identity. HOME also hides ~/.seaweedfs.
    // The memory limit is soft; without it the buffers of large uploads grow to twice as much.
    env: { HOME: dataDir, GOMEMLIMIT: '512MiB' },
    cwd: dataDir,
    logFile: join(dataDir, 'seaweedfs.log'),
    // SeaweedFS puts these sockets at fixed paths and does not remove all of them.
    removeAtEnd: Object.entries(grpcPorts).map(([part, port]) => `/tmp/seaweedfs-${part}-grpc-${port}.sock`),
  });
}
