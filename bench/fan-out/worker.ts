import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

/** Activities that send one heartbeat and wait 5 ms. */
export interface FanOutActivities {
  /** Returns the worker-specific task queue. */
  first(): Promise<string>;
  second(): Promise<void>;
  third(): Promise<void>;
}

const TASK_QUEUE = 'fan-out';
const WORKER_TASK_QUEUE = 'fan-out-worker';

async function doNothing(): Promise<void> {
  Context.current().heartbeat();
  await sleep(5);
}

// The worker of the bare fan-out, at the SDK's own settings; `node worker.js ADDRESS`, ends on SIGTERM.
Runtime.install({ logger: new DefaultLogger('ERROR') });
const connection = await NativeConnection.connect({ address: String(process.argv[2]) });
const activities: FanOutActivities = {
  first: async () => {
    await doNothing();
    return WORKER_TASK_QUEUE;
  },
  second: doNothing,
  third: doNothing,
};
const workers = await Promise.all([
  Worker.create({
    connection,
    taskQueue: TASK_QUEUE,
    activities,
    workflowsPath: fileURLToPath(new URL('workflow.js', import.meta.url)),
  }),
  Worker.create({ connection, taskQueue: WORKER_TASK_QUEUE, activities }),
]);
console.log(`fan-out worker ready: ${TASK_QUEUE}`);
await Promise.all(workers.map((worker) => worker.run()));
