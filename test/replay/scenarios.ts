import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { noTotals } from '../../workflows/backfill-progress.ts';
import { concurrencyUpdate, pauseUpdate, resumeUpdate } from '../../workflows/messages.ts';
import type { StubActivities } from '../support/workflow-worker.ts';

/** A run whose history is recorded: how it is started, and what befalls it. */
export interface Scenario {
  readonly type: 'exportInterval' | 'backfill' | 'snapshotEventsList';
  readonly input: object;
  /** Starts it by a schedule instead, whose nominal time is this. */
  readonly nominalTime?: string;
  readonly befall?: (run: {
    readonly handle: WorkflowHandle;
    readonly stubs: StubActivities;
  }) => Promise<unknown>;
  readonly prepare?: (stubs: StubActivities) => void;
}

const threeHours = { start: '2026-01-01T00', end: '2026-01-01T02' };
const threeDays = { start: '2024-02-28T00', end: '2024-03-01T23', mode: 'missing', concurrency: 6 };
const refused = ApplicationFailure.nonRetryable('wrong keys', 'AccessDenied');
/** A failure as a worker with a webhook gives it. */
const refusedWithWebhook = ApplicationFailure.nonRetryable('wrong keys', 'AccessDenied', {
  hasWebhook: true,
});

async function untilInProgress(stubs: StubActivities): Promise<void> {
  while (stubs.inFlight === 0) await sleep(10);
}

/** By the names of their histories. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'export-interval': { type: 'exportInterval', input: threeHours },
  'export-interval-search-attributes': {
    type: 'exportInterval',
    input: { ...threeHours, reprocess: true },
    prepare: (stubs) => {
      stubs.searchAttributes = [
        'AmplitudeExportFrom',
        'AmplitudeExportTo',
        'AmplitudeExportFailedHours',
        'AmplitudeExportRejectedLines',
      ];
    },
  },
  'export-interval-scheduled': {
    type: 'exportInterval',
    input: { period: 'day', daysBack: 1 },
    nominalTime: '2024-03-01T03:30:00Z',
    prepare: (stubs) => (stubs.hoursADay = 2),
  },
  'export-interval-failed-hours': {
    type: 'exportInterval',
    input: threeHours,
    prepare: (stubs) => {
      stubs.failures.set('extract 2026-01-01T01 1', refused);
      stubs.failures.set('parse 2026-01-01T02 1', ApplicationFailure.nonRetryable('gone', 'WorkFilesLost'));
    },
  },
  'export-interval-cancelled': {
    type: 'exportInterval',
    input: threeHours,
    prepare: (stubs) => stubs.hold(),
    befall: async ({ handle, stubs }) => {
      await untilInProgress(stubs);
      await handle.cancel();
      stubs.release();
    },
  },
  'export-interval-notifies': {
    type: 'exportInterval',
    input: threeHours,
    prepare: (stubs) => {
      stubs.hasWebhook = true;
      stubs.failures.set('extract 2026-01-01T01 1', refused);
    },
  },
  'export-interval-notification-refused': {
    type: 'exportInterval',
    input: threeHours,
    prepare: (stubs) => {
      stubs.hasWebhook = true;
      stubs.failures.set('notify run', ApplicationFailure.nonRetryable('no', 'WebhookRefused'));
    },
  },
  'export-interval-plan-failed': {
    type: 'exportInterval',
    input: threeHours,
    prepare: (stubs) => stubs.failures.set('plan 2026-01-01T00 2026-01-01T02 missing', refusedWithWebhook),
  },
  // The last day waits for room, and the one before is told a larger share.
  backfill: { type: 'backfill', input: threeDays, prepare: (stubs) => (stubs.hoursADay = 4) },
  'backfill-carried': {
    type: 'backfill',
    input: {
      ...threeDays,
      carried: {
        days: [['2024-03-01', 2]],
        totals: noTotals(72, 0),
        concurrency: 3,
        paused: false,
        searchAttributes: [],
      },
    },
    prepare: (stubs) => (stubs.hoursADay = 2),
  },
  'backfill-controlled': {
    type: 'backfill',
    input: { ...threeDays, newestFirst: true },
    prepare: (stubs) => stubs.hold(),
    befall: async ({ handle, stubs }) => {
      await untilInProgress(stubs);
      await handle.executeUpdate(pauseUpdate);
      stubs.release();
      await handle.executeUpdate(concurrencyUpdate, { args: [2] });
      await handle.executeUpdate(resumeUpdate);
      await handle.executeUpdate(concurrencyUpdate, { args: [12] });
    },
  },
  'backfill-failed-hours': {
    type: 'backfill',
    input: threeDays,
    prepare: (stubs) => {
      stubs.hoursADay = 2;
      stubs.failures.set('extract 2024-02-29T01 1', refused);
      stubs.failures.set('plan 2024-03-01T00 2024-03-01T23 missing', refused);
    },
  },
  'backfill-notifies': {
    type: 'backfill',
    input: threeDays,
    prepare: (stubs) => {
      stubs.hasWebhook = true;
      stubs.hoursADay = 2;
      stubs.failures.set('extract 2024-02-29T01 1', refused);
    },
  },
  'backfill-plan-failed': {
    type: 'backfill',
    input: threeDays,
    prepare: (stubs) =>
      stubs.failures.set('planBackfill 2024-02-28T00 2024-03-01T23 missing', refusedWithWebhook),
  },
  'backfill-cancelled': {
    type: 'backfill',
    input: threeDays,
    prepare: (stubs) => stubs.hold(),
    befall: async ({ handle, stubs }) => {
      await untilInProgress(stubs);
      await handle.cancel();
      stubs.release();
    },
  },
  'snapshot-events-list': { type: 'snapshotEventsList', input: {} },
  'snapshot-events-list-failed': {
    type: 'snapshotEventsList',
    input: {},
    prepare: (stubs) => stubs.failures.set('snapshotEventsList', refused),
  },
  'snapshot-events-list-notifies': {
    type: 'snapshotEventsList',
    input: {},
    prepare: (stubs) => stubs.failures.set('snapshotEventsList', refusedWithWebhook),
  },
};
