import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProcess } from '../../local/processes.ts';
import { stopWorker, type Stopped } from './stop-worker.ts';
import type { Week } from './week.ts';

/** The version of the program that is tested, and the one that follows it. */
export type Build = 'old' | 'next';

const WORKERS_OF_A_BUILD = 2;

/** The workers of two builds. With `areVersioned`, each build is a version of a worker deployment. */
export class Fleet {
  readonly #week: Week;
  readonly #nextProgram: string;
  readonly #areVersioned: boolean;
  readonly #running = new Map<Build, RunningProcess[]>();
  readonly #builds = new Map<number, Build>();
  readonly stopped: Stopped[] = [];

  constructor(week: Week, { nextProgram, areVersioned }: { nextProgram: string; areVersioned: boolean }) {
    this.#week = week;
    this.#nextProgram = nextProgram;
    this.#areVersioned = areVersioned;
  }

  /** Starts two workers of a build, and resolves when they are healthy. */
  async start(build: Build): Promise<void> {
    const environment = this.#areVersioned ? { WORKER_BUILD_ID: build } : {};
    const workers: RunningProcess[] = [];
    this.#running.set(build, workers);
    while (workers.length < WORKERS_OF_A_BUILD) {
      const program = build === 'next' ? this.#nextProgram : undefined;
      const worker = await this.#week.startWorker(environment, program);
      this.#builds.set(worker.pid, build);
      workers.push(worker);
    }
  }

  /** Tells the workers of a build to stop, all at once, and resolves when they have ended. */
  async stop(build: Build): Promise<void> {
    const workers = this.#running.get(build) ?? [];
    this.#running.delete(build);
    const { workDir } = this.#week.pipeline;
    this.stopped.push(...(await Promise.all(workers.map(async (worker) => stopWorker(worker, workDir)))));
  }

  /** The build of a worker, by its process id. */
  buildOf(pid: number): Build | undefined {
    return this.#builds.get(pid);
  }

  /** Gives all new runs to a build. The server knows it once its workers have asked for tasks. */
  async makeCurrent(buildId: Build): Promise<void> {
    const { client, taskQueue: deploymentName } = this.#week.pipeline;
    const { namespace } = client.options;
    for (let triesLeft = 50; ; triesLeft -= 1) {
      try {
        const request = { namespace, deploymentName, buildId };
        await client.workflowService.setWorkerDeploymentCurrentVersion(request);
        return;
      } catch (error) {
        if (triesLeft === 0) throw error;
        await sleep(200);
      }
    }
  }

  /** Resolves when no run stays with a build, or all runs are over. */
  async untilDrained(build: Build): Promise<void> {
    const { client, taskQueue } = this.#week.pipeline;
    const query = `TemporalWorkerDeploymentVersion="${taskQueue}:${build}" AND ExecutionStatus="Running"`;
    while (!this.#week.isOver() && (await client.workflow.count(query)).count > 0) await sleep(500);
  }
}
