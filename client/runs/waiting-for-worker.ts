import type { Client } from '@temporalio/client';

/** The message for a user who waits for a worker; undefined while a worker listens on the task queue. */
export async function waitingForWorker(client: Client, taskQueue: string): Promise<string | undefined> {
  const { namespace } = client.options;
  const request = { namespace, taskQueue: { name: taskQueue } };
  const described = await client.workflowService.describeTaskQueue(request).catch(() => undefined);
  if (described === undefined || described.pollers.length > 0) return undefined;
  return `waiting for a worker: none listens on the task queue ${taskQueue}; start one with "amplitude-export worker"`;
}
