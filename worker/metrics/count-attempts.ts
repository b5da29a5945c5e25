import { ApplicationFailure, CancelledFailure, type Context } from '@temporalio/activity';
import type { ActivityInterceptors } from '@temporalio/worker';
import { isErrorType } from '../../core/error-types.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';

/** Counts each attempt of an activity that fails. One that was cancelled, or repeated after a shutdown, has not failed. */
export function countAttempts(metrics: PipelineMetrics): ({ info }: Context) => ActivityInterceptors {
  return ({ info }) => ({
    inbound: {
      execute: async (input, next) => {
        try {
          return await next(input);
        } catch (error) {
          if (!(error instanceof CancelledFailure)) {
            const failure = error instanceof ApplicationFailure ? error : undefined;
            const type = isErrorType(failure?.type) ? failure.type : 'other';
            metrics.attemptFailed(info.activityType, type, failure?.nonRetryable !== true);
          }
          throw error;
        }
      },
    },
  });
}
