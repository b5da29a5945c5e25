import { join } from 'node:path';

import { keepAliveUntil } from '../binaries/run-to-end.ts';
import { ServerNotStarted } from '../errors.ts';
import { startProcess } from '../processes.ts';

/** A command that ends by itself. */
export interface Job {
  readonly name: string;
  readonly words: readonly string[];
  /** Its whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its working folder, where its log is, too. */
  readonly folder: string;
}

/** Runs a command to its end. @throws ServerNotStarted, with the end of its log, when its exit code is not 0 */
export async function runJob({ name, words, environment, folder }: Job): Promise<void> {
  const [command = '', ...args] = words;
  const job = await startProcess({
    name,
    command,
    args,
    env: environment,
    cwd: folder,
    logFile: join(folder, `${name}.log`),
  });
  const code = await keepAliveUntil(job.exited);
  if (code === 0) return;
  throw new ServerNotStarted(`${name} ended with code ${code}. The end of its log:\n${await job.logTail()}`);
}
