import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { findTemporalCli } from '../binaries/temporal-cli.ts';
import { findTemporalProgram } from '../binaries/temporal-server.ts';
import type { Report } from '../report.ts';
import type { NativeService } from './compose-services.ts';
import { runJob } from './run-job.ts';

/** The environment of the schema job: the Compose file's, with the database's address on this machine. */
export function schemaEnvironment(
  { environment }: NativeService,
  databasePort: number,
): Record<string, string> {
  return { ...environment, SQL_HOST: '127.0.0.1', SQL_PORT: String(databasePort) };
}

/** The environment of the namespace job: the Compose file's, with the server's address on this machine. */
export function namespaceEnvironment(
  { environment }: NativeService,
  temporalAddress: string,
): Record<string, string> {
  return { ...environment, TEMPORAL_ADDRESS: temporalAddress };
}

/**
 * Runs the schema job of the Compose file: it creates both databases, or updates them.
 * @throws ToolMissing, ServerNotStarted
 */
export async function runSchemaJob(
  service: NativeService,
  folder: string,
  databasePort: number,
  report: Report,
): Promise<void> {
  const tool = await findTemporalProgram('temporal-sql-tool', service.release, report);
  await runScript(service, folder, schemaEnvironment(service, databasePort), 'temporal-sql-tool', tool);
}

/**
 * Runs the namespace job of the Compose file. Its program is the CLI that demo and tests use.
 * @throws ToolMissing, ServerNotStarted
 */
export async function runNamespaceJob(
  service: NativeService,
  folder: string,
  temporalAddress: string,
  report: Report,
): Promise<void> {
  const cli = await findTemporalCli(report);
  await runScript(service, folder, namespaceEnvironment(service, temporalAddress), 'temporal', cli);
}

/** Runs the service's own script. It finds its program by the name that the image has it under. */
async function runScript(
  { name, words }: NativeService,
  folder: string,
  environment: Readonly<Record<string, string>>,
  program: string,
  path: string,
): Promise<void> {
  const programs = join(folder, 'bin');
  await mkdir(programs, { recursive: true });
  await rm(join(programs, program), { force: true });
  await symlink(path, join(programs, program));
  await runJob({
    name,
    words,
    environment: { HOME: folder, PATH: `${programs}:${process.env['PATH']}`, ...environment },
    folder,
  });
}
