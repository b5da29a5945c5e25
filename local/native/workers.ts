import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePorts } from '../free-ports.ts';
import { startProcess, type RunningProcess } from '../processes.ts';
import { bucketVariables, type S3Access } from '../s3-access.ts';
import { untilReady } from '../server-start.ts';
import { answersOk, healthUrl, type NativeService } from './compose-services.ts';
import { runJob } from './run-job.ts';

/** Its first line says how Node is to be started. */
const commandLine = fileURLToPath(new URL('../../client/main.js', import.meta.url));

/** What the environment of our own services has from this machine. */
export interface ExportAddresses {
  readonly temporalAddress: string;
  /** The folder for the files of hours in flight: the volume that all workers share. */
  readonly workDir: string;
  readonly s3: S3Access;
  readonly bucket: string;
  /** The address of the Export API. */
  readonly source: string;
}

/**
 * The environment of our own services: the Compose file's, with the addresses of this machine, and what `.env` would say: the
 * keys of the sample API, and the bucket.
 */
export function exportEnvironment(
  { environment }: NativeService,
  { temporalAddress, workDir, s3, bucket, source }: ExportAddresses,
): Record<string, string> {
  return {
    ...environment,
    TEMPORAL_ADDRESS: temporalAddress,
    WORK_DIR: workDir,
    AMP_API_KEY: 'sample-key',
    AMP_SECRET_KEY: 'sample-secret',
    AMP_EXPORT_URL: source,
    ...bucketVariables(s3, bucket),
  };
}

/** Runs the one-shot service `setup` to its end. @throws ServerNotStarted when it fails */
export async function runSetup(
  { name, words }: NativeService,
  environment: Readonly<Record<string, string>>,
  folder: string,
): Promise<void> {
  await runJob({
    name,
    words: [commandLine, ...words],
    environment: { ...ownVariables(folder), ...environment },
    folder,
  });
}

/**
 * Starts a worker of a program, by default this build's, whose metrics are at a free port of 127.0.0.1, and resolves when the Compose file's health check passes.
 * @throws ServerNotStarted
 */
export async function startNativeWorker(
  service: NativeService,
  environment: Readonly<Record<string, string>>,
  folder: string,
  number: number,
  program = commandLine,
): Promise<{ readonly process: RunningProcess; readonly metricsUrl: string }> {
  const [port = 0] = await freePorts(1);
  const worker = await startProcess({
    name: `worker-${number}`,
    command: program,
    args: service.words,
    env: { ...ownVariables(folder), ...environment, METRICS_ADDRESS: `127.0.0.1:${port}` },
    cwd: folder,
    logFile: join(folder, `worker-${number}.log`),
  });
  await untilReady(worker, () => answersOk(healthUrl(service, port)));
  return { process: worker, metricsUrl: `http://127.0.0.1:${port}/metrics` };
}

function ownVariables(folder: string): NodeJS.ProcessEnv & Readonly<Record<string, string>> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    // A file that does not exist, instead of the user's own, which may ask for TLS and keys.
    TEMPORAL_CONFIG_FILE: join(folder, 'temporal.toml'),
  };
}
