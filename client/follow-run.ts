import { setTimeout as pause } from 'node:timers/promises';
import {
  ApplicationFailure,
  CancelledFailure,
  isGrpcServiceError,
  ServiceError,
  TerminatedFailure,
  WorkflowFailedError,
  type Client,
} from '@temporalio/client';
import { isErrorType, type ErrorType } from '../core/error-types.ts';
import { ExportError, messageOf } from '../core/errors.ts';
import type { IntervalProgress } from '../workflows/progress.ts';
import { progressQuery } from '../workflows/messages.ts';
import { count, size, timeSpan } from './format.ts';
import { LiveLine } from './live-line.ts';
import type { RunHandle } from './start-run.ts';

/** A run ended without having done all it was to do. */
class RunFailed extends ExportError {
  readonly type: ErrorType;

  constructor(type: ErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

const LOOK_EVERY_MS = 500;
const QUERY_WITHIN_MS = 3000;

/** gRPC: DEADLINE_EXCEEDED and UNAVAILABLE. */
const PASSING = [4, 14];

/**
 * Shows how a run gets on until it has ended, and gives its result.
 * @throws RunFailed with the type and message that the run failed with
 */
export async function followRun(
  client: Client,
  handle: RunHandle,
  taskQueue: string,
): Promise<IntervalProgress> {
  const line = new LiveLine();
  const result = resultOf(handle, () =>
    line.show('waiting for Temporal: it does not answer; the run goes on'),
  );
  const ended = result.then(
    () => true,
    () => true,
  );
  const startedAt = performance.now();
  try {
    line.show(`started ${handle.workflowId}`);
    do {
      const progress = await look(client, handle);
      if (progress !== undefined) show(line, progress, startedAt);
      else if (await nobodyListens(client, taskQueue))
        line.show(
          `waiting for a worker: none listens on the task queue ${taskQueue}; start one with "amplitude-export worker"`,
        );
    } while (!(await Promise.race([ended, pause(LOOK_EVERY_MS, false)])));
    const progress = await result;
    show(line, progress, startedAt);
    return progress;
  } catch (error) {
    throw runFailure(error);
  } finally {
    line.end();
  }
}

/** The run's result, however often Temporal goes away meanwhile. */
async function resultOf(handle: RunHandle, onAway: () => void): Promise<IntervalProgress> {
  for (;;) {
    try {
      return await handle.result();
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
async function look(client: Client, handle: RunHandle): Promise<IntervalProgress | undefined> {
  try {
    return await client.connection.withDeadline(Date.now() + QUERY_WITHIN_MS, () =>
      handle.query(progressQuery),
    );
  } catch {
    return undefined;
  }
}

async function nobodyListens(client: Client, taskQueue: string): Promise<boolean> {
  const { namespace } = client.options;
  const request = { namespace, taskQueue: { name: taskQueue } };
  const described = await client.workflowService.describeTaskQueue(request).catch(() => undefined);
  return described !== undefined && described.pollers.length === 0;
}

function show(line: LiveLine, progress: IntervalProgress, startedAt: number): void {
  const { hours, landed, landedBefore, failed, underWay, events, rejected, bytes } = progress;
  if (hours + landedBefore === 0) {
    line.show('planning');
    return;
  }
  const done = landed + failed.length;
  const parts = [`${landed} of ${hours} hours landed`];
  if (landedBefore > 0) parts.push(`${landedBefore} had before`);
  if (underWay.length > 0) parts.push(`${underWay.length} under way`);
  if (failed.length > 0) parts.push(`${failed.length} FAILED`);
  parts.push(`${count(events)} events`, size(bytes));
  if (rejected > 0) parts.push(`${count(rejected)} lines rejected`);
  line.show(parts.join(', '), done > 0 && done < hours ? estimate(done, hours - done, startedAt) : '');
}

function estimate(done: number, left: number, startedAt: number): string {
  const rate = done / ((performance.now() - startedAt) / 1000);
  return `, ${rate.toFixed(1)} hours/s, about ${timeSpan(left / rate)} left`;
}

function runFailure(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  const { cause } = error;
  if (cause instanceof CancelledFailure || cause instanceof TerminatedFailure) {
    return new RunFailed(
      'RunStopped',
      `the run was stopped before its end (${messageOf(cause)}); what had landed stays landed`,
    );
  }
  const type = cause instanceof ApplicationFailure && isErrorType(cause.type) ? cause.type : 'HoursFailed';
  return new RunFailed(type, messageOf(cause ?? error));
}
