export { backfill } from './backfill.ts';
export { exportInterval } from './export-interval.ts';
