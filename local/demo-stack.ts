import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ToolMissing } from './errors.ts';
import { freePorts } from './free-ports.ts';
import { startProcess, type RunningProcess } from './processes.ts';
import type { Report } from './report.ts';
import { bucketVariables } from './s3-access.ts';
import { demoFaults } from './sample-api/faults.ts';
import { untilReady } from './server-start.ts';
import { startStack, type Stack } from './stack.ts';

/** The processes of the demo: two servers, the sample API, a worker. */
export interface DemoStack {
  readonly uiUrl: string;
  /** The environment variables with which the command line uses this stack. */
  readonly env: Readonly<Record<string, string>>;
}

const BUCKET = 'amplitude-demo';

const commandLine = fileURLToPath(new URL('../client/main.js', import.meta.url));

/**
 * Starts Temporal, S3, the sample API with the demo's faults for a date, and a worker, all with their data below
 * `dataDir`, and makes the bucket. `settings` are further variables for the environment. `endProcesses` ends them.
 * @throws ToolMissing, ServerNotStarted
 */
export async function startDemoStack(
  dataDir: string,
  date: string,
  report: Report,
  settings: Readonly<Record<string, string>> = {},
): Promise<DemoStack> {
  const stack = await startServers(dataDir, report);
  const [port = 0] = await freePorts(1);
  const env = { ...environment(stack, dataDir, port), ...settings };
  const faults = demoFaults(date).flatMap((fault) => ['--fault', fault]);
  const started = [
    await startVerb('sample-api', ['--port', String(port), ...faults], env, dataDir),
    await startVerb('worker', [], env, dataDir),
  ];
  await Promise.all(started.map((process) => untilReady(process, () => saysReady(process))));
  return { uiUrl: stack.temporal.uiUrl, env };
}

/** With Python, SeaweedFS is there in seconds; without it, Go builds versitygw in minutes. */
async function startServers(dataDir: string, report: Report): Promise<Stack> {
  try {
    return await startStack({ dataDir, s3: 'seaweedfs', report, bucket: BUCKET });
  } catch (error) {
    if (!(error instanceof ToolMissing) || !error.message.includes('SeaweedFS')) throw error;
    report(
      'SeaweedFS cannot be fetched without Python 3; using versitygw, which Go builds once, in about two minutes',
    );
    return startStack({ dataDir, s3: 'versitygw', report, bucket: BUCKET });
  }
}

function environment({ temporal, s3 }: Stack, dataDir: string, port: number): Record<string, string> {
  return {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TEMPORAL_UI_URL: temporal.uiUrl,
    // A file that does not exist, instead of the user's own, which may ask for TLS and keys.
    TEMPORAL_CONFIG_FILE: join(dataDir, 'temporal.toml'),
    AMP_EXPORT_URL: `http://127.0.0.1:${port}/api/2/export`,
    AMP_API_KEY: 'sample-key',
    AMP_SECRET_KEY: 'sample-secret',
    ...bucketVariables(s3, BUCKET),
    WORK_DIR: join(dataDir, 'work'),
    // The end of a log is shown to a person.
    LOG_FORMAT: 'text',
  };
}

async function saysReady(process: RunningProcess): Promise<void> {
  if (!(await process.logTail()).includes(' ready: ')) throw new Error(`${process.name} is not ready yet`);
}

function startVerb(
  verb: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  dataDir: string,
): Promise<RunningProcess> {
  return startProcess({
    name: verb,
    command: process.execPath,
    args: [commandLine, verb, ...args],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    cwd: dataDir,
    logFile: join(dataDir, `${verb}.log`),
  });
}
