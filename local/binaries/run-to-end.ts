import { join } from 'node:path';

import { startProcess } from '../processes.ts';

/**
 * Runs a command in `folder`, with this process's environment and `env`, and waits for its end. It ends when this
 * process ends. Throws with the end of what it wrote when its exit code is not 0.
 */
export async function runToEnd(
  command: string,
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const running = await startProcess({
    name: command,
    command,
    args,
    env: { ...process.env, ...env },
    cwd: folder,
    logFile: join(folder, 'output.log'),
  });
  const code = await keepAliveUntil(running.exited);
  if (code !== 0) throw new Error(`exit code ${code}: ${await running.logTail()}`);
}

/** Waits for the end of a started process, which alone would not keep this process alive. */
export async function keepAliveUntil<T>(end: Promise<T>): Promise<T> {
  const timer = setInterval(() => {}, 60_000);
  try {
    return await end;
  } finally {
    clearInterval(timer);
  }
}
