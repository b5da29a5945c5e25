import type { Info } from '@temporalio/activity';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { NativeConnection } from '@temporalio/worker';

/**
 * Makes a function that asks the server when an activity attempt began, in milliseconds since the epoch by its clock;
 * undefined when the server has given the attempt up. The server sends this time with the task, but the SDK does not
 * pass it on to activities.
 */
export function attemptStarted(
  connection: Pick<NativeConnection, 'workflowService'>,
): (info: Info) => Promise<number | undefined> {
  return async ({ namespace, workflowExecution: execution, activityId, attempt }) => {
    if (execution === undefined) return undefined;
    const described = await connection.workflowService.describeWorkflowExecution({ namespace, execution });
    const pending = described.pendingActivities.find((activity) => activity.activityId === activityId);
    return pending?.attempt === attempt ? optionalTsToMs(pending.lastStartedTime) : undefined;
  };
}
