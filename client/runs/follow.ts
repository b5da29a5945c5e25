import { setTimeout as pause } from 'node:timers/promises';
import { isGrpcServiceError, ServiceError, type Client } from '@temporalio/client';
import { LiveLine } from '../terminal/live-line.ts';
import { runFailure } from './run-failure.ts';
import { waitingForWorker } from './waiting-for-worker.ts';

/** A run that is to be followed, by its result and by looks at its progress. */
export interface Followed<P> {
  readonly workflowId: string;
  readonly result: () => Promise<P>;
  readonly look: () => Promise<P>;
  /** The progress in one line, for people: what was done, and an estimate of what is left. */
  readonly tell: (progress: P) => { state: string; estimate: string };
}

const LOOK_EVERY_MS = 500;
const LOOK_WITHIN_MS = 3000;

/** gRPC: DEADLINE_EXCEEDED and UNAVAILABLE. */
const PASSING = [4, 14];

/**
 * Shows how a run gets on until it has ended, and gives its result.
 * @throws RunFailed with the type and message that the run failed with
 */
export async function follow<P>(client: Client, run: Followed<P>, taskQueue: string): Promise<P> {
  const line = new LiveLine();
  const result = resultOf(run, () => line.show('waiting for Temporal: it does not answer; the run goes on'));
  const ended = result.then(
    () => true,
    () => true,
  );
  try {
    line.show(`started ${run.workflowId}`);
    do {
      const progress = await lookAt(client, run);
      const waiting = progress === undefined ? await waitingForWorker(client, taskQueue) : undefined;
      if (progress !== undefined) show(line, run, progress);
      else if (waiting !== undefined) line.show(waiting);
    } while (!(await Promise.race([ended, pause(LOOK_EVERY_MS, false)])));
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
  const { state, estimate } = run.tell(progress);
  line.show(state, estimate);
}

/** The run's result, however often Temporal goes away meanwhile. */
async function resultOf<P>(run: Followed<P>, onAway: () => void): Promise<P> {
  for (;;) {
    try {
      return await run.result();
    } catch (error) {
      if (!temporalIsAway(error)) throw error;
      onAway();
      await pause(LOOK_EVERY_MS);
    }
  }
}

function temporalIsAway(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : undefined;
  return isGrpcServiceError(cause) && PASSING.includes(cause.code);
}

/** One look at the progress; none when no worker answers in time. */
async function lookAt<P>(client: Client, run: Followed<P>): Promise<P | undefined> {
  try {
    return await client.connection.withDeadline(Date.now() + LOOK_WITHIN_MS, () => run.look());
  } catch {
    return undefined;
  }
}
