import { ApplicationFailure } from '@temporalio/activity';
import type { ActivityDependencies } from './dependencies.ts';

/** In the details of a failure: the worker has a webhook for notifications. */
export interface WebhookDetail {
  readonly hasWebhook: true;
}

/**
 * Does the work of an activity whose failure ends its run. If the worker has a webhook, the failure says so in its
 * details: the workflow has no result that could tell it, and schedules no notification in vain.
 */
export async function tellWebhook<T>(
  { settings }: Pick<ActivityDependencies, 'settings'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (settings.webhook === undefined || !(error instanceof ApplicationFailure)) throw error;
    const { message, type, nonRetryable, nextRetryDelay } = error;
    const detail: WebhookDetail = { hasWebhook: true };
    throw ApplicationFailure.create({
      message,
      ...(type != null && { type }),
      nonRetryable: nonRetryable ?? false,
      ...(nextRetryDelay !== undefined && { nextRetryDelay }),
      details: [...(error.details ?? []), detail],
    });
  }
}
