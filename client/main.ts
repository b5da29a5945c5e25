#!/usr/bin/env node
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

// The SDK's word on Node 20 would stand before every error message; package.json says which versions will do.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

// gRPC prints what it fails with in lines of its own; our errors say it.
process.env['GRPC_VERBOSITY'] ??= 'NONE';

const program = new Command('amplitude-export')
  .description('A durable Amplitude to S3 export on Temporal.')
  .version(producer)
  .exitOverride()
  // An option after `backfill control` is control's, though backfill has one of the same name.
  .enablePositionalOptions()
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(add --help for what there is)');

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

// Node would print an error that nobody caught with all that hangs on it, such as a request and its headers.
process.once('uncaughtException', (error) => void end(error));

try {
  readEnvFile();
  await program.parseAsync();
} catch (error) {
  await end(error);
}

async function end(error: unknown): Promise<void> {
  // Commander has told the user already; all but help and version are wrong usage.
  // The native half of a worker that could not start would keep the process alive: hence exit.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  const exitCode = report(error, process.argv.includes('--json'), redactor(secretsOf(process.env)));
  // What was printed into a pipe may still be on its way.
  await new Promise((resolve) => process.stdout.write('', resolve));
  process.exit(exitCode);
}
