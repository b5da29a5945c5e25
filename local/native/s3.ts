import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Report } from '../report.ts';
import { findVersitygw } from '../binaries/versitygw.ts';
import { startProcess } from '../processes.ts';
import type { S3Server } from '../s3-server.ts';
import { untilReady } from '../server-start.ts';
import { answersOk, healthUrl, type NativeService } from './compose-services.ts';

/** Where the Compose file mounts the volume of the S3 server. */
const MOUNTED_AT = '/data';

/**
 * Starts the S3 server of the Compose file on a port of 127.0.0.1, with its buckets in `dataDir`.
 * @throws ToolMissing, ServerNotStarted
 */
export async function startNativeS3(
  service: NativeService,
  dataDir: string,
  port: number,
  report: Report,
): Promise<S3Server> {
  const command = await findVersitygw(report);
  const buckets = join(dataDir, 'buckets');
  await mkdir(buckets, { recursive: true });
  const { environment, words } = service;
  const server = await startProcess({
    name: 'versitygw',
    command,
    args: words.map((word) => (word === MOUNTED_AT ? buckets : word)),
    env: { HOME: dataDir, ...environment, VGW_PORT: `127.0.0.1:${port}` },
    cwd: dataDir,
    logFile: join(dataDir, 'versitygw.log'),
  });
  await untilReady(server, () => answersOk(healthUrl(service, port)));
  return {
    kind: 'versitygw',
    endpoint: `http://127.0.0.1:${port}`,
    region: environment['VGW_REGION'] ?? '',
    accessKey: environment['ROOT_ACCESS_KEY'] ?? '',
    secretKey: environment['ROOT_SECRET_KEY'] ?? '',
    pid: server.pid,
    stop: server.stop,
  };
}
