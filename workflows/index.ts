export { exportInterval } from './export-interval.ts';
