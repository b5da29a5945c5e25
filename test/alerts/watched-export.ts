import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Interval } from '../../core/interval.ts';
import type { Report } from '../../local/report.ts';
import type { Stack } from '../../local/stack.ts';
import { noRule, type Rule } from '../faults/proxy/disruptions.ts';
import { startFaultProxy } from '../faults/proxy/fault-proxy.ts';
import { pipelineOn, type Pipeline } from '../support/pipeline.ts';
import { RULES_FILE } from '../support/prometheus/deployed.ts';
import { startPrometheus, type PrometheusServer } from '../support/prometheus/server.ts';
import { openDisk, type Disk } from './disk.ts';
import { scaleRules } from './scale-rules.ts';
import { watchedLedger, type WatchedLedger } from './watched-ledger.ts';
import { watchedWorkers, type WatchedWorkers } from './watched-workers.ts';

const WORKERS = 2;
/** The alerts compare hours with those of four weeks before. */
const LANDED_HOURS = 29 * 24;

/** An export whose hours of the last four weeks have landed, with two workers that a Prometheus scrapes. */
export interface WatchedExport {
  readonly pipeline: Pipeline;
  readonly prometheus: PrometheusServer;
  readonly ledger: WatchedLedger;
  readonly workers: WatchedWorkers;
  readonly disk: Disk;
  /** Adds faults of the source, as `parseFault` reads them. Returns a function that takes them away. */
  readonly addFaults: (faults: readonly string[]) => () => void;
  /** Starts a run, and does not wait for its end. */
  readonly startRun: (interval: Interval) => Promise<void>;
  /** From now on the storage answers the workers as the rule says. */
  readonly setStorageRule: (rule: Rule) => void;
  readonly close: () => Promise<void>;
}

/**
 * Sets it all up, with rules in which time passes `factor` times as fast. Files are below `folder`.
 * @throws ToolMissing, ServerNotStarted
 */
export async function openWatchedExport(
  { s3, temporal }: Stack,
  folder: string,
  factor: number,
  report: Report,
): Promise<WatchedExport> {
  const pipeline = await pipelineOn({ s3, temporalAddress: temporal.address });
  const { taskQueue, api } = pipeline;
  const closing: (() => Promise<unknown>)[] = [() => pipeline.close()];
  const onClose = (work: () => Promise<unknown>): void => void closing.unshift(work);
  const close = async (): Promise<void> => {
    for (const work of closing.splice(0)) await work();
  };
  let rule = noRule;
  const faults = new Set<string>();
  let runs = 0;
  try {
    const disk = await openDisk(pipeline, folder, onClose);
    const storage = await startFaultProxy(s3.endpoint, (call) => rule(call));
    onClose(() => storage.close());
    const env = { ...pipeline.env, ...disk.env, AWS_ENDPOINT_URL_S3: storage.url };
    const workers = await watchedWorkers(WORKERS, env);
    onClose(workers.kill);
    const ledger = watchedLedger(pipeline);
    await ledger.land(ledger.newestHours(LANDED_HOURS));
    await workers.start();
    const rules = scaleRules(await readFile(RULES_FILE, 'utf8'), factor);
    const { targets } = workers;
    const prometheus = await startPrometheus({ folder: join(folder, 'prometheus'), rules, targets, report });
    return {
      pipeline,
      prometheus,
      ledger,
      workers,
      disk,
      addFaults: (added) => {
        for (const fault of added) faults.add(fault);
        api.setFaults([...faults]);
        return () => {
          for (const fault of added) faults.delete(fault);
          api.setFaults([...faults]);
        };
      },
      startRun: async (interval) => {
        runs += 1;
        await pipeline.client.workflow.start('exportInterval', {
          workflowId: `${taskQueue}-run-${runs}`,
          taskQueue,
          args: [{ ...interval, hourConcurrency: 64 }],
        });
      },
      setStorageRule: (next) => void (rule = next),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
