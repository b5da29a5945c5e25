import { ActivityCancellationType, type ActivityOptions, type RetryPolicy } from '@temporalio/common';
import { notRetryableTypes } from '../core/error-types.ts';

const retry: RetryPolicy = {
  initialInterval: '2s',
  backoffCoefficient: 2,
  maximumInterval: '1m',
  // A backstop for an hour that kills every worker it meets, before any code can bound its retries: above the longest
  // HOUR_RETRY_FOR at one attempt a minute.
  maximumAttempts: 2000,
  nonRetryableErrorTypes: notRetryableTypes,
};

/** A worker that says nothing for so long is taken for dead. */
const heartbeatTimeout = '20s';

/**
 * How long a task may wait on a worker-specific queue before the hour starts again on another worker. A live worker takes
 * on no more hours than it has slots, so it takes a task well within a second.
 */
const WORKER_ANSWERS_WITHIN = '30s';

/** Small work, such as planning, goes ahead of the extracts that wait for a slot. */
const ahead = { priorityKey: 1 };

/**
 * A cancelled run waits until its activities have stopped: one that ends well all the same leaves files, and only its
 * result tells where.
 */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** Planning a run: one LIST, and at worst as many GETs as it has hours. */
export const planOptions: ActivityOptions = {
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '1d',
  retry,
  priority: ahead,
};

/** Planning a backfill: as many GETs as it has hours, at worst. */
export const backfillPlanOptions: ActivityOptions = {
  startToCloseTimeout: '6h',
  scheduleToCloseTimeout: '1d',
  heartbeatTimeout,
  retry,
  priority: ahead,
};

/** Work that any worker may do. The time is long, since it includes the wait for a slot. The activity bounds its retries itself. */
export const sharedOptions: ActivityOptions = {
  startToCloseTimeout: '1d',
  heartbeatTimeout,
  cancellationType,
  retry,
};

/** Work on files that one worker holds. The limits are a backstop against a worker that lives but makes no progress. */
export const workerSpecificOptions: ActivityOptions = {
  scheduleToStartTimeout: WORKER_ANSWERS_WITHIN,
  startToCloseTimeout: '6h',
  scheduleToCloseTimeout: '2d',
  heartbeatTimeout,
  cancellationType,
  retry,
};

/** Removing files on a worker: tried, but not waited for. */
export const discardOptions: ActivityOptions = {
  scheduleToStartTimeout: WORKER_ANSWERS_WITHIN,
  startToCloseTimeout: '1m',
  retry: { maximumAttempts: 2 },
};
