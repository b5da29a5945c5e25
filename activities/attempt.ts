import { Context } from '@temporalio/activity';
import type { Bucket } from '../bronze/bucket.ts';
import type { OperationLog, UnloggedAttempt } from '../bronze/operation-log.ts';
import { remedyFor } from '../core/error-types.ts';
import { ExportError } from '../core/errors.ts';
import { parseHourWindow, type HourWindow } from '../core/hour-window.ts';
import type { Redact } from '../core/redact.ts';
import { WorkerLeaves } from '../core/worker-leaves.ts';
import { AttemptLog, type Work } from './attempt-log.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { toFailure } from './failure.ts';
import { Heartbeat, type HeartbeatDetails } from './heartbeat.ts';
import { RetryBudget, type Wait } from './retry-budget.ts';
import { serverTime } from './server-time.ts';

/** What the server takes for a workflow without a priority. */
const DEFAULT_PRIORITY_KEY = 3;

/** One attempt at an activity, as its code sees it. */
export interface Attempt {
  /** Aborts when the activity is cancelled, it times out, or the worker shuts down. */
  readonly signal: AbortSignal;
  /**
   * True once the attempt was cancelled or timed out: its result is not used. False at a shutdown: another attempt
   * follows.
   */
  readonly isCancelledOrTimedOut: () => boolean;
  /** True for an error after which the activity is retried: it may pass, and HOUR_RETRY_FOR is not over. */
  readonly isRetried: (error: ExportError) => boolean;
  /** The bucket; its requests are aborted with the signal. */
  readonly bucket: Bucket;
  readonly log: OperationLog;
  /** Temporal's: the lower, the earlier. */
  readonly priorityKey: number;
  readonly workflowId: string;
  readonly runId: string;
  /** The present time by the server's clock, in milliseconds since the epoch. */
  readonly serverTime: () => Promise<number>;
  /** Sets the details of the heartbeats. */
  readonly say: (details: HeartbeatDetails) => void;
  /** Waits for something that is not a failure of the hour: the retry budget, HOUR_RETRY_FOR, excludes the time. */
  readonly waitOutsideBudget: <T>(kind: Wait, step: string, wait: () => Promise<T>) => Promise<T>;
}

/**
 * Runs one attempt at an activity with what all of them share: heartbeats, an operation log that is stored
 * whether or not the attempt fails, the bound on retries, and errors in the form that Temporal shows.
 * @throws ApplicationFailure with a type of core/error-types.ts; the reason of the signal when it has aborted
 */
export async function runAttempt<T>(
  dependencies: ActivityDependencies,
  input: Work,
  work: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const { cancellationSignal: signal, info } = context;
  const { workflowId = '', runId = '' } = info.workflowExecution ?? {};
  const { settings } = dependencies;
  if ('window' in input) refuseInvalidHour(input.window, settings.redact);
  const log = new AttemptLog(context, input, settings.redact, dependencies.onOperation);
  const budget = new RetryBudget(info);
  const isShuttingDown = (): boolean => context.cancellationDetails?.workerShutdown === true;
  const heartbeat = new Heartbeat(context, () => ({ ...budget.details, ...log.details }));
  const attempt: Attempt = {
    signal,
    isCancelledOrTimedOut: () => signal.aborted && !isShuttingDown(),
    isRetried: (error) =>
      remedyFor(error.type).remedy === 'retry' && budget.bound(error, settings.hourRetryForMs) === error,
    bucket: dependencies.bucket.until(signal).counting(log.requests),
    log: log.operations,
    priorityKey: info.priority?.priorityKey ?? DEFAULT_PRIORITY_KEY,
    workflowId,
    runId,
    serverTime: serverTime(dependencies),
    say: (details) => heartbeat.say(details),
    waitOutsideBudget: async (kind, step, wait) => {
      heartbeat.say({ step });
      return budget.exclude(kind, wait);
    },
  };
  let end: Pick<UnloggedAttempt, 'outcome' | 'end'> = { outcome: 'failed', end: 'was interrupted' };
  try {
    const result = await log.operations.time({ operation: info.activityType }, () => work(attempt));
    end = { outcome: 'ok', end: 'ended well' };
    return result;
  } catch (error) {
    if (signal.aborted) {
      // The reason tells the SDK whether this is a cancellation, or a shutdown after which the attempt is repeated.
      if (!('window' in input) || !isShuttingDown()) throw signal.reason;
      // A repeated attempt would wait for this worker, or for the next try. Another round begins at once.
      throw toFailure(new WorkerLeaves(), settings.redact);
    }
    if (!(error instanceof ExportError)) context.log.error('unexpected error', { error });
    const bounded = budget.bound(error, settings.hourRetryForMs);
    budget.failed(bounded);
    const failure = toFailure(bounded, settings.redact);
    end = { outcome: 'failed', end: `failed with ${failure.type}` };
    throw failure;
  } finally {
    await log.store(dependencies.bucket, settings.bucket.prefix, end);
    // Another attempt may follow one that ended well, because its result can get lost.
    heartbeat.stop(end.outcome === 'failed' || log.details.unlogged !== undefined);
  }
}

/** The hour becomes part of paths and keys, and a workflow that is not ours may send any text. */
function refuseInvalidHour(window: HourWindow, redact: Redact): void {
  try {
    parseHourWindow(window);
  } catch (error) {
    throw toFailure(error, redact);
  }
}
