import type { Client } from '@temporalio/client';

/** What to tell a person who waits for something that only a worker can do; undefined while one listens. */
export async function waitingForWorker(client: Client, taskQueue: string): Promise<string | undefined> {
  const { namespace } = client.options;
  const request = { namespace, taskQueue: { name: taskQueue } };
  const described = await client.workflowService.describeTaskQueue(request).catch(() => undefined);
  if (described === undefined || described.pollers.length > 0) return undefined;
  return `waiting for a worker: none listens on the task queue ${taskQueue}; start one with "amplitude-export worker"`;
}
