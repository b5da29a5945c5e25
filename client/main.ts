#!/usr/bin/env -S MALLOC_ARENA_MAX=2 node --max-semi-space-size=16 --max-old-space-size=512
// By default, Node and glibc keep much memory that they could give back: docs/operations.md has figures.
import { Command, CommanderError } from 'commander';
import { readEnvFile } from '../config/settings.ts';
import { secretsOf } from '../config/secrets.ts';
import { redactor } from '../core/redact.ts';
import { producer } from '../core/version.ts';
import { addBackfill } from './backfill.ts';
import { addDemo } from './demo.ts';
import { report } from './terminal/report-error.ts';
import { addRun } from './run.ts';
import { addSampleApi } from './sample-api.ts';
import { addSchedule } from './schedule.ts';
import { addSetup } from './setup.ts';
import { addStatus } from './status.ts';
import { addVerify } from './verify.ts';
import { addWorker } from './worker.ts';

// Without this, the AWS SDK warns about Node 20 before every error message. package.json has the supported versions.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

// gRPC would print failures in lines of its own. Our errors already say them.
process.env['GRPC_VERBOSITY'] ??= 'NONE';

const program = new Command('amplitude-export')
  .description('A durable Amplitude to S3 export on Temporal.')
  .version(producer)
  .exitOverride()
  // An option after `backfill control` belongs to control, even where backfill has an option of the same name.
  .enablePositionalOptions()
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(add --help to see what you can give)');

const verbs = [
  addDemo,
  addWorker,
  addSampleApi,
  addSetup,
  addRun,
  addBackfill,
  addSchedule,
  addStatus,
  addVerify,
];
for (const add of verbs) add(program);

// Node would print an uncaught error with all its properties, such as a request and its headers.
process.once('uncaughtException', (error) => void end(error));

try {
  readEnvFile();
  await program.parseAsync();
} catch (error) {
  await end(error);
}

async function end(error: unknown): Promise<void> {
  // Commander has already printed its message; everything but help and version is wrong usage. Exit at once: the native
  // part of a worker that could not start would keep the process alive.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  const exitCode = report(error, process.argv.includes('--json'), redactor(secretsOf(process.env)));
  // Output to a pipe may not be written yet.
  await new Promise((resolve) => process.stdout.write('', resolve));
  process.exit(exitCode);
}
