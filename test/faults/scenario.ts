import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import type { exportInterval } from '../../workflows/export-interval.ts';
import type { Interval } from '../../core/interval.ts';
import type { SampleApiOptions } from '../../local/sample-api/server.ts';
import { startScript, type RunningVerb } from '../support/command-line.ts';
import { pipelineOn, type Pipeline } from '../support/pipeline.ts';
import { messageOf } from '../../core/errors.ts';
import type { FaultSuite } from './fault-group.ts';
import { CouldNotRun } from './fault-table.ts';
import type { Rule } from './proxy/disruptions.ts';
import { startFaultProxy } from './proxy/fault-proxy.ts';

const smallPartsWorker = fileURLToPath(new URL('small-parts-worker.js', import.meta.url));

/** A worker whose requests to the storage and to the Export API all go through its own proxies. */
export interface ProxiedWorker extends RunningVerb {
  /** Kills it with SIGKILL and resolves once it has ended. */
  kill(): Promise<void>;
}

/** A pipeline on the suite's servers for one scenario of faults. */
export interface Scenario {
  readonly pipeline: Pipeline;
  /** Starts a worker and waits until it takes tasks. @throws CouldNotRun when it ends before that */
  startWorker(rule: Rule, env?: Readonly<Record<string, string>>): Promise<ProxiedWorker>;
  /** Starts the export of an interval, with as many hours at once as it has. */
  startRun(interval: Interval, reprocess?: boolean | 'force'): Promise<WorkflowHandle<typeof exportInterval>>;
  /** A folder for files of the scenario itself; it is not the workers' WORK_DIR. */
  readonly folder: string;
  /** Adds work for the close of the scenario. It is done in the order of its addition, with the ends of workers. */
  onClose(work: () => Promise<unknown>): void;
  close(): Promise<void>;
}

function couldNotStart(error: unknown): never {
  throw new CouldNotRun(messageOf(error), { cause: error });
}

/** What a scenario takes of a suite. */
export interface ScenarioSuite extends Pick<FaultSuite, 's3' | 'folder' | 'seed' | 'open'> {
  readonly temporal: Pick<FaultSuite['temporal'], 'address'>;
}

/** Sets up a scenario; the sample's data depends on the suite's seed and the scenario's name. */
export async function openScenario(
  { s3, temporal, seed, folder, open }: ScenarioSuite,
  name: string,
  options: Partial<SampleApiOptions> = {},
): Promise<Scenario> {
  const pipeline = await pipelineOn(
    { s3, temporalAddress: temporal.address },
    { seed: `${seed} ${name}`, ...options },
  ).catch(couldNotStart);
  const scenarioFolder = join(folder, pipeline.taskQueue);
  await mkdir(scenarioFolder);
  const closing: (() => Promise<unknown>)[] = [];
  const runs: WorkflowHandle[] = [];
  let started = 0;
  const scenario: Scenario = {
    pipeline,
    folder: scenarioFolder,
    onClose: (work) => void closing.push(work),
    startWorker: async (rule, env = {}) => {
      const [storage, source] = await Promise.all([
        startFaultProxy(s3.endpoint, rule),
        startFaultProxy(pipeline.api.url, rule),
      ]);
      const worker = startScript(smallPartsWorker, [], {
        ...pipeline.env,
        AWS_ENDPOINT_URL_S3: storage.url,
        AMP_EXPORT_URL: source.url,
        HOUR_RETRY_FOR: '15m',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...env,
      });
      const kill = async (): Promise<void> => {
        worker.child.kill('SIGKILL');
        await worker.ended;
      };
      closing.push(async () => {
        await kill();
        await Promise.all([storage.close(), source.close()]);
      });
      await worker.saying(/worker ready/).catch(couldNotStart);
      return { ...worker, kill };
    },
    startRun: async (interval, reprocess = false) => {
      started += 1;
      const run = await pipeline.client.workflow.start<typeof exportInterval>('exportInterval', {
        workflowId: `${pipeline.taskQueue}-run-${started}`,
        taskQueue: pipeline.taskQueue,
        args: [{ ...interval, reprocess, hourConcurrency: 64 }],
      });
      runs.push(run);
      return run;
    },
    close: async () => {
      open.delete(scenario);
      for (const close of closing) await close();
      // A wait for a run on a closed connection would end this process.
      await Promise.allSettled(runs.map((run) => run.terminate('the scenario is over')));
      await Promise.allSettled(runs.map((run) => run.result()));
      await pipeline.close();
    },
  };
  open.add(scenario);
  return scenario;
}
