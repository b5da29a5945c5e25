import { ActivityCancellationType, type ActivityOptions, type RetryPolicy } from '@temporalio/common';
import { notRetryableTypes } from '../core/error-types.ts';
import { priorities } from './priorities.ts';

const retry: RetryPolicy = {
  initialInterval: '2s',
  backoffCoefficient: 2,
  maximumInterval: '1m',
  // The last bound, for an hour that kills every worker before any code can bound its retries: above the longest
  // HOUR_RETRY_FOR at one attempt a minute.
  maximumAttempts: 2000,
  nonRetryableErrorTypes: notRetryableTypes,
};

/** A worker without a heartbeat for this long is taken for dead. */
const heartbeatTimeout = '20s';

/**
 * How long a task may wait on a worker-specific queue before another round begins, on another worker. A live worker has
 * no more hours than slots, so it takes a task well within a second.
 */
const WORKER_ANSWERS_WITHIN = '30s';

/** Planning, snapshots and notifications take no slot: they go before the extracts that wait for one. */
const priority = priorities.withoutSlot;

/**
 * A cancelled run waits until its activities have stopped: an activity may still succeed and leave files, and only its
 * result says where.
 */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** Planning a run: one LIST, and at worst as many GETs as it has hours. */
export const planOptions: ActivityOptions = {
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '1d',
  retry,
  priority,
};

/** Planning a backfill: as many GETs as it has hours, at worst. */
export const backfillPlanOptions: ActivityOptions = {
  startToCloseTimeout: '6h',
  scheduleToCloseTimeout: '1d',
  heartbeatTimeout,
  retry,
  priority,
};

/**
 * For activities on any worker. The time is long, because it includes the wait for a slot. The activity bounds its
 * retries itself.
 */
export const sharedOptions: ActivityOptions = {
  startToCloseTimeout: '1d',
  heartbeatTimeout,
  cancellationType,
  retry,
};

/** The snapshot of the events list: that of the next day follows. The activity bounds its retries itself. */
export const snapshotOptions: ActivityOptions = {
  startToCloseTimeout: '1d',
  scheduleToCloseTimeout: '2d',
  heartbeatTimeout,
  cancellationType,
  retry,
  priority,
};

/**
 * A notification: four tries, with 5, 10 and 20 seconds between them. The run waits for it. While the source asks to wait, for
 * an hour at most, extracts may take up all workers: it waits for one longer than that.
 */
export const notifyOptions: ActivityOptions = {
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '70m',
  retry: { ...retry, initialInterval: '5s', maximumAttempts: 4 },
  priority,
};

/**
 * For activities on the worker that holds the files. The limits are the last bound on a worker that lives but makes no
 * progress.
 */
export const workerSpecificOptions: ActivityOptions = {
  scheduleToStartTimeout: WORKER_ANSWERS_WITHIN,
  startToCloseTimeout: '6h',
  scheduleToCloseTimeout: '2d',
  heartbeatTimeout,
  cancellationType,
  retry,
};

/** For removing files on a worker: tried at most twice, and a failure is ignored. */
export const discardOptions: ActivityOptions = {
  scheduleToStartTimeout: WORKER_ANSWERS_WITHIN,
  startToCloseTimeout: '1m',
  retry: { maximumAttempts: 2 },
};
