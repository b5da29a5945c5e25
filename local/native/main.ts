import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { interruption } from '../interruption.ts';
import { endProcesses } from '../processes.ts';
import { startSampleApi } from '../sample-api/server.ts';
import { NativeStack } from './native-stack.ts';
import { makeStackFolder } from './stack-folder.ts';
import { exportEnvironment, runSetup, startNativeWorker } from './workers.ts';

// `npm run stack:native [-- --data FOLDER]`: the services of the Compose file without Docker, until Ctrl-C.

// For the same reason as in client/main.ts.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const WORKERS = 2;
const say = (line: string): void => console.log(line);

const data = readArguments();
if (data === false) {
  console.error('usage: npm run stack:native -- [--data FOLDER]');
  process.exit(2);
}
const interrupted = interruption();
const folder = data === undefined ? await makeStackFolder() : resolve(data);
const starting = startAll();
let exitCode = 1;
try {
  await Promise.race([starting, interrupted]);
  const awake = setInterval(() => undefined, 60_000);
  exitCode = await interrupted;
  clearInterval(awake);
  say('\nstopping');
} catch (error) {
  // Not messageOf, which makes one line: the message has the end of a log, or lists every way tried.
  console.error(error instanceof Error ? error.message : error);
} finally {
  await endProcesses();
  // Servers that were starting may still make folders.
  await starting.catch(() => undefined);
  if (data === undefined) await rm(folder, { recursive: true, force: true });
}
process.exit(exitCode);

/** The folder of `--data`, undefined without it; false when the arguments do not match the usage. */
function readArguments(): string | undefined | false {
  try {
    return parseArgs({ options: { data: { type: 'string' } } }).values.data;
  } catch {
    return false;
  }
}

async function startAll(): Promise<void> {
  say(`starting the services of docker-compose.temporal.yml on 127.0.0.1, with their data in ${folder}`);
  const stack = await NativeStack.start(folder, say);
  const api = await startSampleApi({
    seed: 'sample',
    projectId: 260786,
    apiKey: 'sample-key',
    secretKey: 'sample-secret',
  });
  const addresses = {
    temporalAddress: stack.temporal.address,
    workDir: join(folder, 'work'),
    s3: stack.s3,
    bucket: 'native',
    source: api.url,
  };
  const setup = stack.compose.service('setup');
  const clientEnvironment = exportEnvironment(setup, addresses);
  const workersFolder = join(folder, 'workers');
  await mkdir(workersFolder, { recursive: true });
  await runSetup(setup, clientEnvironment, workersFolder);
  const workerEnvironment = exportEnvironment(stack.worker, addresses);
  const numbers = Array.from({ length: WORKERS }, (_, index) => index + 1);
  const workers = await Promise.all(
    numbers.map((number) => startNativeWorker(stack.worker, workerEnvironment, workersFolder, number)),
  );
  say(`\nPostgreSQL   127.0.0.1:${stack.postgresql.port}`);
  say(`Temporal     ${stack.temporal.address}`);
  say(`S3           ${stack.s3.endpoint}`);
  say(`sample API   ${api.url}`);
  for (const [index, { metricsUrl }] of workers.entries()) say(`worker ${index + 1}     ${metricsUrl}`);
  say('\nTo use the command line against this stack, in another terminal:');
  for (const [name, value] of Object.entries(clientEnvironment)) say(`  export ${name}=${value}`);
  say('\nEverything runs until Ctrl-C.');
}
