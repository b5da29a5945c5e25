import { RetryState, TimeoutType } from '@temporalio/common';
import {
  ApplicationFailure,
  CancelledFailure,
  TimeoutFailure,
  WorkflowFailedError,
} from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { runFailure } from '../../../client/runs/run-failure.ts';

const failed = (cause: Error): unknown =>
  runFailure(new WorkflowFailedError('failed', cause, RetryState.NON_RETRYABLE_FAILURE), 'run');
const hour = (name: string, message: string) => ({
  window: `2026-01-01T${name}`,
  type: 'AccessDenied',
  message,
});

describe('a run that failed', () => {
  it('keeps its message when that names every hour and reason', () => {
    const progress = { failed: [hour('01', 'refused')] };
    const message = '1 of 2 hours failed. 2026-01-01T01: AccessDenied: refused';
    const failure = ApplicationFailure.nonRetryable(message, 'HoursFailed', progress);
    expect(failed(failure)).toMatchObject({
      type: 'HoursFailed',
      message,
      result: { workflowId: 'run', progress },
    });
  });

  it.each(['failed', 'firstFailed'])(
    'gets a line for each hour and reason that its message leaves out: %s',
    (name) => {
      const hours = ['02', '00', '01', '05'].map((at) => hour(at, 'refused'));
      const progress = { failed: 5, [name]: [...hours, hour('07', 'other')] };
      const message =
        '5 of 9 hours failed. 2026-01-01T02, 2026-01-01T00, 2026-01-01T01 and 1 more: AccessDenied: refused';
      expect(failed(ApplicationFailure.nonRetryable(message, 'HoursFailed', progress))).toMatchObject({
        message: `${message}
  2026-01-01T00 to 2026-01-01T02 AccessDenied: refused
  2026-01-01T05 AccessDenied: refused
  2026-01-01T07 AccessDenied: other`,
      });
    },
  );

  it('has the failed hours, so that it can say what to do about each type', () => {
    const hours = [hour('01', 'refused')];
    const failure = ApplicationFailure.nonRetryable('1 of 2 hours failed.', 'HoursFailed', { failed: hours });
    expect(failed(failure)).toMatchObject({ failures: hours });
    expect(failed(ApplicationFailure.nonRetryable('no bucket', 'BucketMissing'))).toMatchObject({
      failures: [],
    });
  });

  it('has the type of the failure', () => {
    expect(failed(ApplicationFailure.nonRetryable('no bucket', 'BucketMissing'))).toMatchObject({
      type: 'BucketMissing',
      message: 'no bucket',
      result: { workflowId: 'run' },
    });
    expect(failed(new TimeoutFailure('late', undefined, TimeoutType.START_TO_CLOSE))).toMatchObject({
      type: 'HoursFailed',
    });
    expect(failed(new CancelledFailure('enough'))).toMatchObject({ type: 'RunStopped' });
  });
});

it('an error that is not the failure of a run does not change', () => {
  const error = new Error('else');
  expect(runFailure(error, 'run')).toBe(error);
});
