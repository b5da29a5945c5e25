import { defineQuery } from '@temporalio/workflow';
import type { IntervalProgress } from './progress.ts';

/** How far a run of `exportInterval` has come. */
export const progressQuery = defineQuery<IntervalProgress>('progress');
