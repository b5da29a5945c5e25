export { backfill } from './backfill.ts';
export { exportInterval } from './export-interval.ts';
export { snapshotEventsList } from './snapshot-events-list.ts';
