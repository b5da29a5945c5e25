import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { registerAttributes } from '../../client/runs/register-attributes.ts';
import { endProcesses } from '../../local/processes.ts';
import { startTemporalServer } from '../../local/temporal-server.ts';
import { startScheduled } from '../support/start-scheduled.ts';
import { openWorkflowWorker, type WorkflowWorker } from '../support/workflow-worker.ts';
import { scenarios, type Scenario } from './scenarios.ts';

// `npm run record-histories`: runs every scenario on a real server and writes its history where the replay test finds it.
const HISTORIES = 'test/replay/histories';

const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-record-'));
try {
  const temporal = await startTemporalServer({ dataDir: folder, report: console.log });
  const worker = await openWorkflowWorker(temporal.address, 'replay', 'recorder');
  await registerAttributes(worker.client);
  await mkdir(HISTORIES, { recursive: true });
  for (const [name, scenario] of Object.entries(scenarios)) {
    const handle = await play(worker, name, scenario);
    const history = await handle.fetchHistory();
    const file = join(HISTORIES, `${name}.json`);
    await writeFile(file, `${withoutPlace(historyToJSON(history))}\n`);
    console.log(`${file}: ${history.events?.length} events`);
  }
  await worker.close();
} finally {
  await endProcesses();
  await rm(folder, { recursive: true, force: true });
}

/** Stack traces say where on this machine the code is, which is nobody's business. */
function withoutPlace(history: string): string {
  return history.replaceAll(`file://${process.cwd()}/`, './').replaceAll(`${process.cwd()}/`, './');
}

async function play(
  { client, taskQueue, stubs }: WorkflowWorker,
  name: string,
  { type, input, nominalTime, prepare, befall }: Scenario,
): Promise<WorkflowHandle> {
  stubs.reset();
  prepare?.(stubs);
  const handle =
    nominalTime === undefined
      ? await client.workflow.start(type, { workflowId: name, taskQueue, args: [input] })
      : await startScheduled(client, taskQueue, { id: name, type, input, nominalTime });
  await befall?.({ handle, stubs });
  // How it ends is part of what is recorded.
  await handle.result().catch(() => undefined);
  return handle;
}
