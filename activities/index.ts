import type { ActivityDependencies } from './dependencies.ts';
import { discard } from './discard.ts';
import { extract } from './extract.ts';
import { notify } from './notify.ts';
import { parse } from './parse.ts';
import { plan } from './plan.ts';
import { planBackfill } from './plan-backfill.ts';
import { snapshotEventsList, type Snapshot } from './snapshot-events-list.ts';
import { tellWebhook } from './tell-webhook.ts';
import { upload } from './upload.ts';

type Bound<A> = A extends (dependencies: ActivityDependencies, input: infer I) => infer R
  ? (input: I) => R
  : never;

/** Activities that any worker can run: they are on the shared task queue. */
export interface SharedActivities {
  plan: Bound<typeof plan>;
  planBackfill: Bound<typeof planBackfill>;
  extract: Bound<typeof extract>;
  /** For an hour without files. */
  upload: Bound<typeof upload>;
  snapshotEventsList: () => Promise<Snapshot>;
  notify: Bound<typeof notify>;
}

/** Activities that need the files of one worker: they are on its worker-specific task queue. */
export interface WorkerSpecificActivities {
  parse: Bound<typeof parse>;
  upload: Bound<typeof upload>;
  discard: Bound<typeof discard>;
}

/** Binds the shared activities to the dependencies of a worker. */
export function sharedActivities(dependencies: ActivityDependencies): SharedActivities {
  return {
    plan: (input) => tellWebhook(dependencies, () => plan(dependencies, input)),
    planBackfill: (input) => tellWebhook(dependencies, () => planBackfill(dependencies, input)),
    extract: (input) => extract(dependencies, input),
    upload: (input) => upload(dependencies, input),
    snapshotEventsList: () => tellWebhook(dependencies, () => snapshotEventsList(dependencies)),
    notify: (input) => notify(dependencies, input),
  };
}

/** Binds the worker-specific activities to the dependencies of a worker. */
export function workerSpecificActivities(dependencies: ActivityDependencies): WorkerSpecificActivities {
  return {
    parse: (input) => parse(dependencies, input),
    upload: (input) => upload(dependencies, input),
    discard: (input) => discard(dependencies, input),
  };
}
