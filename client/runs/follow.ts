import { setTimeout as pause } from 'node:timers/promises';
import { isGrpcServiceError, ServiceError, type Client } from '@temporalio/client';
import { LiveLine } from '../terminal/live-line.ts';
import { runFailure } from './run-failure.ts';
import { waitingForWorker } from './waiting-for-worker.ts';

/** A run to follow: how to wait for its result, read its progress and describe it. */
export interface Followed<P> {
  readonly workflowId: string;
  readonly result: () => Promise<P>;
  readonly readProgress: () => Promise<P>;
  /** The progress as one line of text: what is done, and an estimate of the time left. */
  readonly describe: (progress: P) => { state: string; estimate: string };
}

const ASK_AGAIN_AFTER_MS = 500;
/** The progress is asked for ever less often, down to once in this time: on Temporal Cloud each query is billed. */
const MAX_WAIT_MS = 5_000;
const SLOWER_BY = 1.1;
const QUERY_TIMEOUT_MS = 3000;

/** gRPC: DEADLINE_EXCEEDED and UNAVAILABLE. */
const TEMPORARY = [4, 14];

/**
 * Shows the progress of a run until it has ended, and returns its result. While Temporal does not answer, it waits.
 * @throws RunFailed with the type and message of the run's failure
 */
export async function follow<P>(client: Client, run: Followed<P>, taskQueue: string): Promise<P> {
  const line = new LiveLine();
  const result = resultOf(run, () => line.show('waiting for Temporal: it does not answer; the run goes on'));
  const ended = result.then(
    () => true,
    () => true,
  );
  let waitMs = ASK_AGAIN_AFTER_MS;
  try {
    line.show(`started ${run.workflowId}`);
    for (let hasEnded = false; !hasEnded;) {
      const progress = await queryProgress(client, run);
      const waiting =
        progress === undefined ? await waitingForWorker(client, taskQueue, run.workflowId) : undefined;
      if (progress !== undefined) show(line, run, progress);
      else if (waiting !== undefined) line.show(waiting);
      // The wait must not keep a process whose run has ended.
      hasEnded = await Promise.race([ended, pause(waitMs, false, { ref: false })]);
      waitMs = Math.min(waitMs * SLOWER_BY, MAX_WAIT_MS);
    }
    const progress = await result;
    show(line, run, progress);
    return progress;
  } catch (error) {
    throw runFailure(error, run.workflowId);
  } finally {
    line.end();
  }
}

function show<P>(line: LiveLine, run: Followed<P>, progress: P): void {
  const { state, estimate } = run.describe(progress);
  line.show(state, estimate);
}

/** Waits for the run's result, also while Temporal does not answer. */
async function resultOf<P>(run: Followed<P>, onUnavailable: () => void): Promise<P> {
  for (;;) {
    try {
      return await run.result();
    } catch (error) {
      if (!isTemporalUnavailable(error)) throw error;
      onUnavailable();
      await pause(ASK_AGAIN_AFTER_MS);
    }
  }
}

function isTemporalUnavailable(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : undefined;
  return isGrpcServiceError(cause) && TEMPORARY.includes(cause.code);
}

/** Reads the progress; undefined when no worker answers in time. */
async function queryProgress<P>(client: Client, run: Followed<P>): Promise<P | undefined> {
  try {
    return await client.connection.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () => run.readProgress());
  } catch {
    return undefined;
  }
}
