import { fileURLToPath } from 'node:url';
import { freePorts } from '../../local/free-ports.ts';
import { startScript, type RunningVerb } from '../support/command-line.ts';

const workerScript = fileURLToPath(new URL('worker.js', import.meta.url));

/** Workers that serve their metrics at the same addresses whenever they are started. */
export interface WatchedWorkers {
  /** Where each serves its metrics, such as `127.0.0.1:9464`. */
  readonly targets: readonly string[];
  /** Starts all of them, and waits until they take tasks. */
  readonly start: () => Promise<void>;
  /** Ends all of them with SIGKILL. */
  readonly kill: () => Promise<void>;
}

/** So many workers with this environment. None is started yet. */
export async function watchedWorkers(
  count: number,
  env: Readonly<Record<string, string>>,
): Promise<WatchedWorkers> {
  const targets = (await freePorts(count)).map((port) => `127.0.0.1:${port}`);
  let running: readonly RunningVerb[] = [];
  return {
    targets,
    start: async () => {
      running = targets.map((target) => startScript(workerScript, [], { ...env, METRICS_ADDRESS: target }));
      await Promise.all(running.map((worker) => worker.saying(/worker ready/)));
    },
    kill: async () => {
      for (const { child } of running) child.kill('SIGKILL');
      await Promise.all(running.map(({ ended }) => ended));
    },
  };
}
