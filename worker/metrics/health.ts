import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Bucket } from '../../bronze/bucket.ts';
import { checkBucket } from '../../bronze/connect.ts';
import { messageOf } from '../../core/errors.ts';
import { within } from '../../core/within.ts';

/** How long one answer is good for, in milliseconds: several probes may ask at once. */
const KNOWN_FOR_MS = 5_000;
/** Shorter than probes and scrapes usually wait, in milliseconds. */
const ANSWER_WITHIN_MS = 4_000;
/** `TASK_QUEUE_TYPE_ACTIVITY` of Temporal's API. */
const ACTIVITY_QUEUE = 2;

/** A worker that takes tasks, and what it needs for them. */
export interface RunningWorker {
  readonly workers: readonly Pick<Worker, 'getState'>[];
  readonly connection: Pick<NativeConnection, 'workflowService'>;
  readonly bucket: Bucket;
  readonly namespace: string;
  readonly workerTaskQueue: string;
}

/** Whether a worker takes tasks and can do them: it polls Temporal, as the server sees it, and reaches the bucket. */
export class Health {
  #running: RunningWorker | undefined;
  #last: { readonly problem: Promise<string | undefined>; readonly askedAt: number } | undefined;

  /** From now on, the worker takes tasks. */
  started(running: RunningWorker): void {
    this.#running = running;
    this.#last = undefined;
  }

  /** Why the worker is not ready; undefined when it is. Takes four seconds at most; an answer is good for five. */
  async problem(): Promise<string | undefined> {
    const running = this.#running;
    if (running === undefined) return 'the worker is starting';
    if (running.workers.some((worker) => worker.getState() !== 'RUNNING')) return 'the worker is stopping';
    if (this.#last === undefined || performance.now() - this.#last.askedAt > KNOWN_FOR_MS)
      this.#last = { problem: findProblem(running), askedAt: performance.now() };
    return this.#last.problem;
  }
}

async function findProblem(running: RunningWorker): Promise<string | undefined> {
  const limit = new AbortController();
  try {
    const problems = await Promise.all([
      inTime('the Temporal server', pollProblem(running)),
      inTime('the bucket', checkBucket(running.bucket.until(limit.signal))),
    ]);
    return problems.filter((problem) => typeof problem === 'string').join('; ') || undefined;
  } finally {
    limit.abort();
  }
}

/** What a check says, or why it failed or took too long. */
async function inTime(server: string, check: Promise<string | void>): Promise<string | void> {
  const late = (): Error => new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`);
  return within(ANSWER_WITHIN_MS, check, late).catch((error: unknown) => `${server}: ${messageOf(error)}`);
}

/** Only this worker polls its worker-specific queue. */
async function pollProblem({
  connection,
  namespace,
  workerTaskQueue,
}: RunningWorker): Promise<string | undefined> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: workerTaskQueue },
    taskQueueType: ACTIVITY_QUEUE,
  });
  return pollers.length > 0 ? undefined : 'the Temporal server sees no poll of this worker';
}
