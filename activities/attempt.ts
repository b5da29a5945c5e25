import { Context } from '@temporalio/activity';
import type { Bucket } from '../bronze/bucket.ts';
import { OperationLog } from '../bronze/operation-log.ts';
import { remedyFor } from '../core/error-types.ts';
import { ExportError, messageOf } from '../core/errors.ts';
import { parseHourWindow, type HourWindow } from '../core/hour-window.ts';
import type { Redact } from '../core/redact.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { toFailure } from './failure.ts';
import { Heartbeat, type HeartbeatDetails } from './heartbeat.ts';
import { RetryClock } from './retry-clock.ts';

/** What every activity of an hour is told. `pass` counts the hour's starts from extract, from 1. */
export interface HourInput {
  readonly window: HourWindow;
  readonly pass: number;
  /** What the pass before was doing when its host was lost: nobody on that host could write a log of it. */
  readonly lostStep?: 'parse' | 'upload';
}

/** One attempt at an activity, as its code sees it. */
export interface Attempt {
  /** Aborts when the activity is cancelled, its time is up, or the worker shuts down. */
  readonly signal: AbortSignal;
  /** True once nobody waits for this attempt any more. A shutdown is no such thing: after it the attempt is repeated. */
  readonly isGivenUp: () => boolean;
  /** True for an error after which the activity is tried again: it may pass, and HOUR_RETRY_FOR is not over. */
  readonly isTriedAgain: (error: ExportError) => boolean;
  /** The bucket, whose requests end with the signal. */
  readonly bucket: Bucket;
  readonly log: OperationLog;
  readonly workflowId: string;
  readonly runId: string;
  /** When the server scheduled this attempt, in milliseconds since the epoch: nobody's own clock. */
  readonly scheduledMs: number;
  /** Sets what heartbeats say. */
  readonly say: (details: HeartbeatDetails) => void;
  /** Waits for something that is no failure of the hour: the time does not count against HOUR_RETRY_FOR. */
  readonly waitFor: <T>(step: string, wait: () => Promise<T>) => Promise<T>;
}

const LOG_TIMEOUT_MS = 15_000;

/**
 * Runs one attempt at an hour's activity with what all of them share: heartbeats, an operation log that is stored
 * whether the attempt fails or not, the bound on retries, and errors in the form that Temporal shows.
 */
export async function runAttempt<T>(
  dependencies: ActivityDependencies,
  input: HourInput,
  work: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const { cancellationSignal: signal, info } = context;
  const { workflowId = '', runId = '' } = info.workflowExecution ?? {};
  const { settings } = dependencies;
  refuseOtherThanHour(input.window, settings.redact);
  const log = openLog(context, input, { workflowId, runId }, settings.redact);
  const clock = new RetryClock(info);
  const heartbeat = new Heartbeat(context, clock);
  const attempt: Attempt = {
    signal,
    isGivenUp: () => signal.aborted && context.cancellationDetails?.workerShutdown !== true,
    isTriedAgain: (error) =>
      remedyFor(error.type).remedy === 'retry' && clock.bound(error, settings.hourRetryForMs) === error,
    bucket: dependencies.bucket.until(signal),
    log,
    workflowId,
    runId,
    scheduledMs: info.currentAttemptScheduledTimestampMs,
    say: (details) => heartbeat.say(details),
    waitFor: async (step, wait) => {
      heartbeat.say({ step });
      return clock.outOfAccount(wait);
    },
  };
  let failed = true;
  try {
    const result = await log.time({ operation: info.activityType }, () => work(attempt));
    failed = false;
    return result;
  } catch (error) {
    // The reason tells the SDK whether this is a cancellation, or a shutdown after which the attempt is repeated.
    if (signal.aborted) throw signal.reason;
    if (!(error instanceof ExportError)) context.log.error('an error that was not expected', { error });
    throw toFailure(clock.bound(error, settings.hourRetryForMs), settings.redact);
  } finally {
    await storeLog(dependencies, log, context);
    heartbeat.stop(failed);
  }
}

/** The hour becomes a part of paths and keys, and whoever runs workflow code of his own here can say anything. */
function refuseOtherThanHour(window: HourWindow, redact: Redact): void {
  try {
    parseHourWindow(window);
  } catch (error) {
    throw toFailure(error, redact);
  }
}

function openLog(
  { info }: Context,
  { lostStep, ...hour }: HourInput,
  run: { workflowId: string; runId: string },
  redact: Redact,
): OperationLog {
  const { activityType: activity, attempt } = info;
  const { window, pass } = hour;
  const log = new OperationLog({ ...run, window, pass, activity, attempt }, redact);
  if (lostStep !== undefined && attempt === 1) {
    log.add({
      operation: 'attempt',
      item: `${lostStep} of pass ${pass - 1}`,
      outcome: 'killed',
      detail: 'its host was lost',
    });
  }
  return log;
}

/** A log that cannot be stored must not cost the hour: the worker's own log says so instead. */
async function storeLog(
  dependencies: ActivityDependencies,
  log: OperationLog,
  context: Context,
): Promise<void> {
  const bucket = dependencies.bucket.until(AbortSignal.timeout(LOG_TIMEOUT_MS));
  const { prefix } = dependencies.settings.bucket;
  try {
    await log.noteKilledAttempts(bucket, prefix);
    await log.store(bucket, prefix);
  } catch (error) {
    context.log.warn('the operation log was not stored', { reason: messageOf(error) });
  }
}
