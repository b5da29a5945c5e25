import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { startProcess, type RunningProcess } from './processes.ts';
import { portOf, type S3Access } from './s3-access.ts';

/**
 * Starts the Versity S3 gateway over a plain folder. It keeps checksums and ETags in extended attributes, written
 * together with the object, so `dataDir` must be on a file system that has them.
 * @throws ServerNotStarted
 */
export async function startVersitygw(
  command: string,
  dataDir: string,
  access: S3Access,
): Promise<RunningProcess> {
  const buckets = join(dataDir, 'buckets');
  await mkdir(buckets, { recursive: true });
  return startProcess({
    name: 'versitygw',
    command,
    args: [
      '--port',
      `127.0.0.1:${portOf(access)}`,
      '--region',
      access.region,
      '--quiet',
      '--keep-alive',
      'posix',
      buckets,
    ],
    env: { HOME: dataDir, ROOT_ACCESS_KEY: access.accessKey, ROOT_SECRET_KEY: access.secretKey },
    cwd: dataDir,
    logFile: join(dataDir, 'versitygw.log'),
  });
}
