import { mkdir } from 'node:fs/promises';

import { findSeaweedfs } from './binaries/seaweedfs.ts';
import { findVersitygw } from './binaries/versitygw.ts';
import type { Report } from './report.ts';
import { answers, chooseAccess, type S3Access } from './s3-access.ts';
import { startSeaweedfs } from './seaweedfs-server.ts';
import { retryIfPortTaken, untilReady } from './server-start.ts';
import { startVersitygw } from './versitygw-server.ts';

/** The S3 servers that can be run beside a demo or a test. */
export type S3ServerKind = 'seaweedfs' | 'versitygw';

/** An S3 server that runs on this machine and ends with this process. */
export interface S3Server extends S3Access {
  readonly kind: S3ServerKind;
  /** The server's process id, for tests that kill it. */
  readonly pid: number;
  /** Ends the server and resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

const servers = {
  seaweedfs: { find: findSeaweedfs, start: startSeaweedfs },
  versitygw: { find: findVersitygw, start: startVersitygw },
};

/**
 * Starts an S3 server on free ports that keeps its data in `dataDir`, which is made if need be, and makes `bucket` when
 * one is named. With `access`, from an earlier start on the same folder, it has the same address and keys; otherwise
 * the keys are random. Resolves when a signed request succeeds.
 * @throws ToolMissing, ServerNotStarted
 */
export async function startS3Server(options: {
  kind: S3ServerKind;
  dataDir: string;
  report: Report;
  bucket?: string;
  access?: S3Access;
}): Promise<S3Server> {
  const { kind, dataDir, report, bucket } = options;
  const { find, start } = servers[kind];
  const command = await find(report);
  await mkdir(dataDir, { recursive: true });
  return retryIfPortTaken(async () => {
    const access = options.access ?? (await chooseAccess());
    const process = await start(command, dataDir, access);
    await untilReady(process, () => answers(access, bucket));
    return { ...access, kind, pid: process.pid, stop: process.stop };
  });
}
