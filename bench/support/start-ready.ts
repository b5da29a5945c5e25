import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServerNotStarted } from '../../local/errors.ts';
import { startProcess, type RunningProcess } from '../../local/processes.ts';
import { untilReady } from '../../local/server-start.ts';

/** The command line: its first line says how Node is to be started, as for a user. */
export const COMMAND_LINE = '../client/main.js';

/**
 * Starts a compiled program of this project, its path given from `bench/`, and waits until it says that it is ready. Its
 * log is in `folder`. Its environment is `env`, PATH and HOME.
 * @throws ServerNotStarted
 */
export async function startReady(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  folder: string,
): Promise<RunningProcess> {
  const name = args[0] ?? program;
  const script = fileURLToPath(new URL(`../${program}`, import.meta.url));
  const node = program === COMMAND_LINE ? [] : [globalThis.process.execPath];
  const [command = script, ...rest] = [...node, script, ...args];
  const process = await startProcess({
    name: program,
    command,
    args: rest,
    env: { PATH: globalThis.process.env['PATH'], HOME: globalThis.process.env['HOME'], ...env },
    cwd: folder,
    logFile: join(folder, `${name.replaceAll(/\W/g, '-')}.log`),
  });
  await untilReady(process, async () => {
    if (!(await process.logTail()).includes(' ready: ')) throw new Error(`${program} is not ready yet`);
  });
  return process;
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  readonly process: RunningProcess;
}

/**
 * Starts a program as `startReady` does, which chooses its port and says its address when it is ready.
 * @throws ServerNotStarted
 */
export async function startServer(
  program: string,
  args: readonly string[],
  folder: string,
): Promise<RunningServer> {
  const process = await startReady(program, args, {}, folder);
  const [url] = / ready: .*?(http:\S+)/.exec(await process.logTail())?.slice(1) ?? [];
  if (url === undefined) throw new ServerNotStarted(`${program} is ready, but does not say at which address`);
  return { url, process };
}
