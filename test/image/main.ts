import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import { size, table } from '../../client/terminal/format.ts';
import { report as reportError } from '../../client/terminal/report-error.ts';
import { endProcesses } from '../../local/processes.ts';
import { startStack } from '../../local/stack.ts';
import { readDockerfile } from '../support/compose.ts';
import { findBaseParts } from './base-parts.ts';
import { checks } from './checks.ts';
import { openSuite, type ImageSuite } from './image-suite.ts';
import { ImageStore, sizeOf, userOf } from './image-store.ts';
import { readNpmSettings } from './npm-settings.ts';
import { checkTools } from './tools.ts';

// The warning is off, as in client/main.ts. gRPC uses no proxy for the servers, which are on this machine.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
process.env['no_grpc_proxy'] = '127.0.0.1';

// `npm run test:image`: builds the image of the Dockerfile without a Docker engine, starts it, and measures it.
const TAG = 'amplitude-export-test';
const AT_MOST_MINUTES = 30;
const CHECK_AT_MOST_MS = 5 * 60_000;

const startedAt = performance.now();
const say = (line: string): void => {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`);
};

try {
  await checkTools();
  await testImage();
} catch (error) {
  process.exitCode = reportError(error, false, (text) => text);
}

async function testImage(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-image-'));
  const closing: (() => Promise<unknown>)[] = [];
  let cleaning: Promise<void> | undefined;
  const cleanUp = async (): Promise<void> => (cleaning ??= endAll(folder, closing));
  const giveUp = (why: string): void => {
    say(why);
    // What is in progress fails when its processes end.
    for (const event of ['unhandledRejection', 'uncaughtException']) process.on(event, () => undefined);
    void cleanUp().finally(() => process.exit(1));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => giveUp(`stopped by ${signal}`));
  const limit = setTimeout(
    () => giveUp(`not done after ${AT_MOST_MINUTES} minutes`),
    AT_MOST_MINUTES * 60_000,
  );
  try {
    const store = new ImageStore(folder);
    const [first] = readDockerfile(await readFile('Dockerfile', 'utf8'));
    const parts = await findBaseParts(say);
    say(`making the base image, as ${first?.from}`);
    const baseBytes = await store.makeBase(first?.from ?? '', parts);
    say('building the image');
    const buildStartedAt = performance.now();
    await store.build(TAG, process.cwd(), await readNpmSettings());
    const buildSeconds = (performance.now() - buildStartedAt) / 1000;
    const root = await store.unpack(TAG);
    const config = await store.configOf(TAG);
    const unpacked = { root, config, ...(await userOf(root, config.User)) };

    const stack = await startStack({ dataDir: join(folder, 'servers'), s3: 'seaweedfs', report: say });
    closing.unshift(() => stack.stop());
    const suite = await openSuite(join(folder, 'containers'), unpacked, stack);
    closing.unshift(() => suite.close());
    const passed = await proveAll(suite);
    const imageBytes = (await sizeOf(root)) - baseBytes;
    const moduleBytes = await sizeOf(join(root, 'app/node_modules'));
    const rows = [
      ['base image', size(baseBytes)],
      ['the image above it', size(imageBytes)],
      ['node_modules in it', size(moduleBytes)],
      ['build', `${buildSeconds.toFixed(0)} s`],
    ];
    console.log(`\n${table(['measured', 'value'], rows, ['value'])}\n`);
    const isWhole = passed === checks.length;
    console.log(`${passed} passed, ${isWhole ? 0 : 1} failed${isWhole ? '' : ', the others did not run'}`);
    if (!isWhole) process.exitCode = 1;
  } finally {
    clearTimeout(limit);
    await cleanUp();
  }
}

/** Proves one check after the other, until one fails: the later ones would wait for it. Returns how many passed. */
async function proveAll(suite: ImageSuite): Promise<number> {
  for (const [index, { what, prove }] of checks.entries()) {
    const tooLong = wait(CHECK_AT_MOST_MS, undefined, { ref: false }).then(() => {
      throw new Error(`not done after ${CHECK_AT_MOST_MS / 60_000} minutes`);
    });
    try {
      await Promise.race([prove(suite), tooLong]);
      say(`ok: ${what}`);
    } catch (error) {
      say(`FAILED: ${what}: ${messageOf(error)}`);
      return index;
    }
  }
  return checks.length;
}

async function endAll(folder: string, closing: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closing) await close().catch(() => undefined);
  await endProcesses();
  // An error here would hide the one that ended the suite.
  await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
    say(`FAILED: ${folder} could not be removed: ${messageOf(error)}`);
    process.exitCode = 1;
  });
}
