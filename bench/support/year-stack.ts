import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { Bucket } from '../../bronze/bucket.ts';
import { freePorts } from '../../local/free-ports.ts';
import { startProcess, type RunningProcess } from '../../local/processes.ts';
import { untilReady } from '../../local/server-start.ts';
import { startStack, type Stack } from '../../local/stack.ts';

const BUCKET = 'bench';

/** Servers, a sample API and a worker for one benchmark, each in a process of its own. */
export interface YearStack {
  readonly stack: Stack;
  readonly bucket: Bucket;
  readonly worker: RunningProcess;
}

/**
 * Starts a compiled program of this project and waits until it says that it is ready. Its log is in `folder`.
 * @throws ServerNotStarted
 */
export async function startReady(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  folder: string,
): Promise<RunningProcess> {
  const name = args[0] ?? program;
  const process = await startProcess({
    name: program,
    command: globalThis.process.execPath,
    args: [fileURLToPath(new URL(`../${program}`, import.meta.url)), ...args],
    env: { PATH: globalThis.process.env['PATH'], HOME: globalThis.process.env['HOME'], ...env },
    cwd: folder,
    logFile: join(folder, `${name.replaceAll(/\W/g, '-')}.log`),
  });
  await untilReady(process, async () => {
    if (!(await process.logTail()).includes(' ready: ')) throw new Error(`${program} is not ready yet`);
  });
  return process;
}

/**
 * Starts all processes for a backfill of a year, with their data in `folder`; `concurrency` is the number of slots, and
 * `faults` are as `sample-api --fault` takes them.
 * @throws ToolMissing, ServerNotStarted
 */
export async function startYearStack(
  folder: string,
  concurrency: number,
  faults: readonly string[],
): Promise<YearStack> {
  const stack = await startStack({ dataDir: folder, s3: 'seaweedfs', report: console.log, bucket: BUCKET });
  const { s3, temporal } = stack;
  const [port = 0] = await freePorts(1);
  const env = {
    AMP_API_KEY: 'sample-key',
    AMP_SECRET_KEY: 'sample-secret',
    AMP_EXPORT_URL: `http://127.0.0.1:${port}/api/2/export`,
    AWS_BUCKET_NAME: BUCKET,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_REGION: s3.region,
    S3_USER_ACCESS_KEY: s3.accessKey,
    S3_USER_SECRET_KEY: s3.secretKey,
    TEMPORAL_ADDRESS: temporal.address,
    WORK_DIR: join(folder, 'work'),
    HOURS_PER_WORKER: String(concurrency),
  };
  const options = ['--port', String(port), ...faults.flatMap((fault) => ['--fault', fault])];
  await startReady('../client/main.js', ['sample-api', ...options], env, folder);
  const worker = await startReady('../client/main.js', ['worker'], env, folder);
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: s3.region,
    forcePathStyle: true,
    credentials: { accessKeyId: s3.accessKey, secretAccessKey: s3.secretKey },
  });
  return { stack, bucket: new Bucket(client, BUCKET), worker };
}
