import type { ApplicationFailure } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { WorkerSpecificActivities, SharedActivities } from '../../activities/index.ts';
import type { NotifyInput } from '../../activities/notify.ts';
import type { DayPlan } from '../../activities/plan-backfill.ts';
import { dateAndHour } from '../../core/hour-window.ts';
import { daysOf, hourCount, hoursOf } from '../../core/interval.ts';
import { scheduledInterval } from '../../core/scheduled-interval.ts';
import { hourSinks } from '../../worker/metrics/hour-sinks.ts';
import { PipelineMetrics } from '../../worker/metrics/pipeline-metrics.ts';
import { workflowBundlePath } from '../../worker/workflow-bundle.ts';

/** Stubs of the activities. They record their calls, and fail where a test sets it. */
export class StubActivities {
  /** The calls in their order, each as text: `extract 2026-01-01T05 1`. */
  calls: string[] = [];
  /** The failures of activities, by the text of the call. */
  readonly failures = new Map<string, ApplicationFailure>();
  /** The search attributes that the plan reports as registered. */
  searchAttributes: readonly string[] = [];
  /** Whether the plan reports a webhook. */
  hasWebhook = false;
  /** What notifications tell, in their order. */
  notifications: NotifyInput[] = [];
  /** How many events each hour had before it changed; null when it had not landed. */
  eventsBefore: number | null = null;
  /** How many lines of each hour are rejected. */
  rejected = 1;
  /** Every notification waits for this. */
  beforeNotifyEnds: () => Promise<unknown> = async () => undefined;
  /** How many hours of each day the plan exports. */
  hoursADay = 24;
  /** How many events of each hour parse and upload report as outside the window. */
  outsideWindow = 0;
  /** Every extract waits for this. */
  beforeExtractEnds: () => Promise<unknown> = async () => undefined;
  /** Every snapshot of the events list waits for this. */
  beforeSnapshotEnds: () => Promise<unknown> = async () => undefined;
  /** Lets the extracts go on that wait since `hold`. */
  release: () => void = () => undefined;
  inFlight = 0;
  peak = 0;

  activities(taskQueue: string): SharedActivities & WorkerSpecificActivities {
    return {
      plan: async (input) => {
        const interval =
          'interval' in input ? input.interval : scheduledInterval(input.scheduled, input.nominalMs, 0);
        this.#note(`plan ${interval.start} ${interval.end} ${input.select}`);
        return {
          interval,
          hours: daysOf(interval).flatMap((day) => hoursOf(day).slice(0, this.hoursADay)),
          alreadyLanded: 0,
          hourConcurrency: 3,
          hourDueAfterMs: 0,
          searchAttributes: this.searchAttributes,
          taskQueue,
          ...this.#webhook(),
        };
      },
      planBackfill: async ({ interval, select, newestFirst }) => {
        this.#note(`planBackfill ${interval.start} ${interval.end} ${select}`);
        const days = daysOf(interval).map((day): DayPlan => {
          return [dateAndHour(day.start).date, Math.min(hourCount(day), this.hoursADay)];
        });
        const ordered = newestFirst ? days.toReversed() : days;
        const { searchAttributes } = this;
        return { days: ordered, alreadyLanded: 0, searchAttributes, ...this.#webhook() };
      },
      extract: async ({ window, round, rawFirst }) => {
        this.inFlight += 1;
        this.peak = Math.max(this.peak, this.inFlight);
        this.#note(`extract ${window} ${round}${rawFirst === true ? ' raw first' : ''}`);
        await this.beforeExtractEnds();
        const source = { host: 'test', httpStatus: 200, bytes: 1, sha256: '', fetchedAt: '' };
        const archive = { bytes: 1, sha256: '', crc64nvme: '' };
        const origin = rawFirst === undefined ? {} : { fromBucket: rawFirst };
        return { workerTaskQueue: taskQueue, folder: window, source, archive, ...origin };
      },
      parse: async ({ window, round }) => {
        this.#note(`parse ${window} ${round}`);
        return { members: 1, events: 1, rejected: 0, outsideWindow: 0, unpackedBytes: 1 };
      },
      upload: async ({ window, round, force, fromBucket }) => {
        const how = `${force === true ? ' force' : ''}${fromBucket === true ? ' from bucket' : ''}`;
        this.#note(`upload ${window} ${round}${how}`);
        this.inFlight -= 1;
        return {
          outcome: 'landed',
          status: 'complete',
          revision: 1,
          eventsBefore: this.eventsBefore,
          events: 2,
          rejected: this.rejected,
          outsideWindow: this.outsideWindow,
          bytes: 10,
          objects: 1,
        };
      },
      snapshotEventsList: async () => {
        this.#note('snapshotEventsList');
        await this.beforeSnapshotEnds();
        const date = '2026-01-01';
        return { date, outcome: 'landed', revision: 1, events: 7, bytes: 10, objects: 1 };
      },
      notify: async (input) => {
        this.notifications.push(input);
        this.#note(`notify ${input.kind}`);
        await this.beforeNotifyEnds();
      },
      discard: async ({ folder }) => {
        this.#note(`discard ${folder}`);
        this.inFlight -= 1;
      },
    };
  }

  /** Makes extracts wait until `release` is called. */
  hold(): void {
    const opened = new Promise<void>((resolve) => (this.release = resolve));
    this.beforeExtractEnds = () => opened;
  }

  /** Clears the calls and all settings. */
  reset(): void {
    this.calls = [];
    this.failures.clear();
    this.searchAttributes = [];
    this.hasWebhook = false;
    this.notifications = [];
    this.eventsBefore = null;
    this.rejected = 1;
    this.beforeNotifyEnds = async () => undefined;
    this.hoursADay = 24;
    this.outsideWindow = 0;
    this.beforeExtractEnds = async () => undefined;
    this.beforeSnapshotEnds = async () => undefined;
    this.inFlight = 0;
    this.peak = 0;
  }

  #webhook(): { readonly hasWebhook?: true } {
    return this.hasWebhook ? { hasWebhook: true } : {};
  }

  #note(call: string): void {
    this.calls.push(call);
    const failure = this.failures.get(call);
    if (failure !== undefined) throw failure;
  }
}

/** A worker for workflows on the real Temporal server, with stub activities. */
export interface WorkflowWorker {
  readonly client: Client;
  readonly taskQueue: string;
  readonly stubs: StubActivities;
  close(): Promise<void>;
}

/**
 * Starts a worker on the server at `address`. No other worker may use the task queue. `identity` names it in histories;
 * `slots` is how many activities it runs at once.
 */
export async function openWorkflowWorker(
  address: string,
  taskQueue = `workflows-${Date.now()}-${Math.random().toString(36).slice(2, 8)}`,
  identity = 'test',
  slots = 100,
): Promise<WorkflowWorker> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const stubs = new StubActivities();
  const metrics = new PipelineMetrics();
  const worker = await Worker.create({
    connection: native,
    identity,
    taskQueue,
    activities: stubs.activities(taskQueue),
    maxConcurrentActivityTaskExecutions: slots,
    workflowBundle: { codePath: workflowBundlePath },
    sinks: hourSinks(metrics),
  });
  const running = worker.run();
  return {
    client: new Client({ connection, identity }),
    taskQueue,
    stubs,
    close: async () => {
      worker.shutdown();
      await running;
      await native.close();
      await connection.close();
    },
  };
}
