import { join } from 'node:path';

import { messageOf } from '../core/errors.ts';
import { stopwatch, type Report } from './report.ts';
import { startS3Server, type S3Server, type S3ServerKind } from './s3-server.ts';
import { startTemporalServer, type TemporalServer } from './temporal-server.ts';

/** A Temporal server and an S3 server that run on this machine and end with this process. */
export interface Stack {
  readonly temporal: TemporalServer;
  readonly s3: S3Server;
  /** Ends both and resolves when they are gone. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts both servers at once, with their data in folders below `dataDir`, and makes `bucket` when one is named. When
 * one fails, the other is stopped.
 * @throws ToolMissing, ServerNotStarted
 */
export async function startStack(options: {
  dataDir: string;
  s3: S3ServerKind;
  report: Report;
  bucket?: string;
}): Promise<Stack> {
  const { dataDir, s3: kind, report, bucket } = options;
  const elapsed = stopwatch();
  const [temporal, s3] = await Promise.allSettled([
    startTemporalServer({ dataDir: join(dataDir, 'temporal'), report }),
    startS3Server({ kind, dataDir: join(dataDir, kind), report, ...(bucket !== undefined && { bucket }) }),
  ]);
  if (temporal.status === 'fulfilled' && s3.status === 'fulfilled') {
    report(`Temporal and ${kind} are up after ${elapsed()}`);
    const servers = [temporal.value, s3.value];
    return {
      temporal: temporal.value,
      s3: s3.value,
      stop: async () => {
        await Promise.all(servers.map((server) => server.stop()));
      },
    };
  }
  const failures: unknown[] = [];
  for (const outcome of [temporal, s3]) {
    if (outcome.status === 'fulfilled') await outcome.value.stop();
    else failures.push(outcome.reason);
  }
  for (const other of failures.slice(1)) report(messageOf(other));
  throw failures[0];
}
