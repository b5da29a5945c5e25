import type { Info } from '@temporalio/activity';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { NativeConnection } from '@temporalio/worker';

/**
 * Says when the server has an activity attempt begin, in milliseconds since the epoch by its clock; undefined when it
 * has given the attempt up. The SDK keeps from activities what the server told with the task, so it is asked again.
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
