import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import {
  workerSpecificActivities,
  sharedActivities,
  type WorkerSpecificActivities,
  type SharedActivities,
} from '../../activities/index.ts';
import type { HourInput } from '../../activities/hour-input.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import type { Extracted, ExtractInput } from '../../activities/extract.ts';
import type { HeartbeatDetails } from '../../activities/heartbeat.ts';
import { SourcePause } from '../../activities/source-pause.ts';
import { Cooldown } from '../../amplitude/cooldown.ts';
import { ParsePool } from '../../amplitude/parse-pool.ts';
import type { Bucket } from '../../bronze/bucket.ts';
import { workerSettings } from '../../config/settings.ts';
import { WorkDir } from '../../work-dir/work-dir.ts';
import { MARKER_FILE } from '../../work-dir/worker-folder.ts';

/** The activities of one worker process, called without a Temporal server. */
export interface ActivityWorker {
  readonly activities: SharedActivities & WorkerSpecificActivities;
  readonly dependencies: ActivityDependencies;
  readonly workDir: WorkDir;
  /** The names of this worker's work folders. */
  workFolders(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Makes a worker with its own WORK_DIR, on a test's bucket and sample API. It looks for a pause before each request. By default, attempts begin as soon as they are
 * scheduled.
 */
export async function openActivityWorker(
  pipeline: { readonly env: NodeJS.ProcessEnv; readonly bucket: Bucket },
  env: Readonly<Record<string, string>> = {},
  attemptStartedMs: ActivityDependencies['attemptStartedMs'] = async (info) =>
    info.currentAttemptScheduledTimestampMs,
): Promise<ActivityWorker> {
  const path = await mkdtemp(join(tmpdir(), 'amplitude-export-worker-'));
  const settings = workerSettings({ ...pipeline.env, ...env, WORK_DIR: path });
  const workDir = new WorkDir(path, settings.hoursPerWorker);
  await workDir.open();
  const parsePool = new ParsePool(settings.parseThreads);
  const dependencies = {
    settings,
    bucket: pipeline.bucket,
    workDir,
    sourcePause: new SourcePause(new Cooldown(), settings.bucket.prefix, 0),
    parsePool,
    workerTaskQueue: 'worker-queue',
    producer: 'test/1',
    attemptStartedMs,
    onOperation: () => undefined,
    searchAttributes: async () => [],
  };
  return {
    activities: { ...sharedActivities(dependencies), ...workerSpecificActivities(dependencies) },
    dependencies,
    workDir,
    workFolders: async () =>
      (await readdir(workDir.workerFolder.path)).filter((name) => name !== MARKER_FILE),
    close: async () => {
      await parsePool.close();
      await workDir.close();
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Extracts and parses an hour, each in an attempt that `attempt` makes. Returns the input of its upload. */
export async function prepareUpload(
  { activities: { extract, parse } }: ActivityWorker,
  { rawFirst, ...hour }: ExtractInput,
  attempt: (activityType: string) => ActivityAttempt = () => new ActivityAttempt(),
) {
  const extracted = await attempt('extract').run(extract, { ...hour, ...(rawFirst && { rawFirst }) });
  await attempt('parse').run(parse, parseInput(hour, extracted));
  const { folder, source } = extracted;
  const isFromBucket = 'fromBucket' in extracted && extracted.fromBucket;
  return { ...hour, folder, source, ...(isFromBucket && { fromBucket: isFromBucket }) };
}

/** The input of the parse that follows an extract. @throws an error if the hour has no files */
export function parseInput(hour: HourInput, extracted: Extracted) {
  if (extracted.folder === null) throw new Error(`${hour.window} has no files`);
  const { folder, archive, source } = extracted;
  return { ...hour, folder, archive, fetchedAt: source.fetchedAt };
}

/** One attempt of an activity, run as by Temporal: it records heartbeats, and can be cancelled. */
export class ActivityAttempt {
  readonly heartbeats: HeartbeatDetails[] = [];
  readonly #environment: MockActivityEnvironment;

  constructor(info: Partial<Info> = {}) {
    this.#environment = new MockActivityEnvironment(
      {
        workflowExecution: { workflowId: 'test-workflow', runId: 'test-run' },
        currentAttemptScheduledTimestampMs: Date.now(),
        ...info,
      },
      { logger: new DefaultLogger('ERROR') },
    );
    this.#environment.on('heartbeat', (details: HeartbeatDetails) => this.heartbeats.push(details));
  }

  async run<I, R>(activity: (input: I) => Promise<R>, input: I): Promise<R> {
    return this.#environment.run(activity, input);
  }

  cancel(): void {
    this.#environment.cancel('CANCELLED');
  }
}
