import type { Info } from '@temporalio/activity';
import type { Bucket } from '../bronze/bucket.ts';
import type { Operation } from '../bronze/operation-log.ts';
import type { WorkerSettings } from '../config/settings.ts';
import type { MemberParser } from '../amplitude/parse-hour.ts';
import type { WorkDir } from '../work-dir/work-dir.ts';
import type { SourcePause } from './source-pause.ts';

/** What a worker passes to its activities. */
export interface ActivityDependencies {
  readonly settings: WorkerSettings;
  readonly bucket: Bucket;
  readonly workDir: WorkDir;
  /** The pause after a 429, for all requests of all workers. */
  readonly sourcePause: SourcePause;
  /** The parse threads, for all hours of the worker. */
  readonly parsePool: MemberParser;
  /** The worker-specific task queue: only this worker listens on it. */
  readonly workerTaskQueue: string;
  /** Program and version, for manifests. */
  readonly producer: string;
  /**
   * When an attempt began by the server's clock, in milliseconds since the epoch; undefined when the server does not
   * say. `begunAt` is when it began by `performance.now()`.
   */
  readonly attemptStartedMs: (info: Info, begunAt: number) => Promise<number | undefined>;
  /** Gets each operation of the operation logs when it has ended, for the metrics. */
  readonly onOperation: (operation: Operation) => void;
  /** The names of the search attributes that the namespace knows; empty when the server does not say. */
  readonly searchAttributes: () => Promise<readonly string[]>;
}
